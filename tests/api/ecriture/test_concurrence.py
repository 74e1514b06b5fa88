"""Clients that write at the same instant: one row, and each is told exactly what it did."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

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


def en_meme_temps(*corps):
    """Post each body from a thread of its own, all at once."""
    creer_etablissement(TOULOUSE)
    jeton = creer_jeton(TOULOUSE)
    depart = Barrier(len(corps))

    def appeler(un_corps):
        try:
            appelant = Appelant(jeton)
            depart.wait(timeout=30)
            return appelant.poster(un_corps)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(corps)) as fils:
        return list(fils.map(appeler, corps))


@pytest.mark.parametrize("connu", [True, False], ids=["étudiant connu", "étudiant à créer"])
def test_la_meme_inscription_ne_fait_qu_une_ligne(connu):
    if connu:
        creer_etudiant()
    reponses = en_meme_temps(*[enregistrement(identite=IDENTITE)] * CLIENTS)

    assert Counter(response.json()["message"] for response in reponses) == {
        "une nouvelle inscription créée": 1,
        "inscription inchangée": CLIENTS - 1,
    }
    inscription = Inscription.objects.get()
    assert {r.json()["inscription"]["id_inscription"] for r in reponses} == {str(inscription.pk)}
    assert Etudiant.objects.count() == 1
    assert Historique.objects.filter(objet="inscription").count() == 1


def test_deux_versions_en_meme_temps_ne_se_perdent_pas():
    """Whatever the order, the row is that of the last one to be told that it changed something."""
    creer_etudiant()
    fins = [f"2027-0{mois}-01" for mois in range(1, 9)] * 2
    reponses = en_meme_temps(*(enregistrement(dateFinInscription=fin) for fin in fins))

    comptes = Counter(response.json()["message"] for response in reponses)
    assert comptes["une nouvelle inscription créée"] == 1
    inscription = Inscription.objects.get()
    assert inscription.date_fin.isoformat() in fins
    changements = Historique.objects.filter(objet="inscription", operation="modification").count()
    assert changements == comptes["inscription mise à jour"]


def test_des_etudiants_differents_passent_tous():
    ines = [f"{1234567890 + numero}A" for numero in range(CLIENTS)]
    reponses = en_meme_temps(*(enregistrement(ine=ine, identite=IDENTITE) for ine in ines))
    assert {response.status_code for response in reponses} == {200}
    assert Inscription.objects.count() == CLIENTS
