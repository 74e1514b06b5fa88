"""Clients that write at the same instant: one row, and each is told exactly what it did."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from referentiel.models import Etudiant, Historique, Inscription
from tests.api.ecriture.aides import (
    IDENTITE,
    TOULOUSE,
    Appelant,
    creer_etablissement,
    creer_etudiant,
    creer_jeton,
    enregistrement,
)

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 16


def en_meme_temps(*corps, obstacle):
    """Post each body from a thread of its own, all at once.

    `obstacle` writes a row that the calls are about to write too, and that is rolled back once they all wait for it:
    each has then seen the database as it was before any of the others.
    """
    jeton = creer_jeton(TOULOUSE)

    def appeler(un_corps):
        try:
            return Appelant(jeton).poster(un_corps)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(corps)) as fils:
        with transaction.atomic(), connection.cursor() as curseur:
            obstacle()
            reponses = [fils.submit(appeler, un_corps) for un_corps in corps]
            attendre_que_tous_attendent(curseur, len(corps))
            transaction.set_rollback(True)
        return [reponse.result(timeout=30) for reponse in reponses]


def inscrire(etudiant, etablissement):
    Inscription.objects.create(
        etudiant=etudiant,
        etablissement=etablissement,
        statut="inscrit",
        date_debut="2026-09-01",
        date_fin="2027-08-31",
        code_commune="31555",
        source="api",
    )


def attendre_que_tous_attendent(curseur, nombre):
    echeance = time.monotonic() + 30
    curseur.execute("SET LOCAL ROLE NONE")  # what others wait for is told to who signed in as they did
    while time.monotonic() < echeance:
        curseur.execute("SELECT pg_stat_clear_snapshot()")
        curseur.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        if curseur.fetchone()[0] == nombre:
            return
        time.sleep(0.02)
    pytest.fail("les appels n'arrivent pas jusqu'à l'écriture")


def verifier_une_seule_ligne(reponses):
    assert Counter(response.json()["message"] for response in reponses) == {
        "une nouvelle inscription créée": 1,
        "inscription inchangée": CLIENTS - 1,
    }
    inscription = Inscription.objects.get()
    assert {r.json()["inscription"]["id_inscription"] for r in reponses} == {str(inscription.pk)}
    assert Etudiant.objects.count() == 1
    assert Historique.objects.filter(objet="inscription").count() == 1


def test_the_same_inscription_of_a_known_student_makes_one_line_only():
    etudiant, etablissement = creer_etudiant(), creer_etablissement(TOULOUSE)
    reponses = en_meme_temps(
        *[enregistrement()] * CLIENTS, obstacle=lambda: inscrire(etudiant, etablissement)
    )
    verifier_une_seule_ligne(reponses)


def test_the_same_inscription_of_a_new_student_makes_one_line_only():
    creer_etablissement(TOULOUSE)
    reponses = en_meme_temps(*[enregistrement(identite=IDENTITE)] * CLIENTS, obstacle=creer_etudiant)
    verifier_une_seule_ligne(reponses)


def test_two_versions_at_the_same_time_are_not_lost():
    """Each one that was told that it changed something did, and the others did not."""
    etudiant, etablissement = creer_etudiant(), creer_etablissement(TOULOUSE)
    fins = [f"2027-0{mois}-01" for mois in range(1, 9)] * 2
    reponses = en_meme_temps(
        *(enregistrement(dateFinInscription=fin) for fin in fins),
        obstacle=lambda: inscrire(etudiant, etablissement),
    )
    comptes = Counter(response.json()["message"] for response in reponses)
    assert comptes["une nouvelle inscription créée"] == 1
    assert Inscription.objects.get().date_fin.isoformat() in fins
    changements = Historique.objects.filter(objet="inscription", operation="modification").count()
    assert changements == comptes["inscription mise à jour"]
    assert sum(comptes.values()) == len(fins)
