"""Writers that meet: nothing doubled, nothing lost, no deadlock that a sender would see, and each told what it did."""

import threading
from collections import Counter

import pytest
from django.db import connection, transaction

from referentiel.ecriture.fusion import fusionner_ligne
from referentiel.ecriture.validation import valider
from referentiel.imports.depots import moteur
from referentiel.models import Anomalie, Etudiant, Historique, Inscription
from tests import fabriques
from tests.proprietaire import executer_en_proprietaire
from tests.referentiel.ecriture.concurrence import attendre_qu_une_session_attende, en_meme_temps, ine
from tests.referentiel.ecriture.portes import Appel, champs, deposer_octets, en_csv, identite, traiter

pytestmark = pytest.mark.django_db(transaction=True)

FILS = 16


@pytest.fixture(autouse=True)
def etablissements():
    for uai in ("0311384L", "0755890V"):
        fabriques.etablissement(uai=uai, code_commune="31555")


@pytest.mark.parametrize("quoi", ["plans oubliés", "colonne changée"])
def test_a_migration_between_two_lines_is_not_seen_by_their_sender(quoi):
    """What the connection had planned is no longer good: the whole line is written again."""
    changer = "ALTER TABLE referentiel_inscription ALTER code_commune TYPE varchar({})"
    contexte = moteur.contexte(uais=None, fictif=False)
    ligne, _, _ = valider(champs(identite=identite()), contexte)
    assert fusionner_ligne(ligne, source="api", auteur="jeton:1").code == "creee"
    try:
        if quoi == "plans oubliés":
            with connection.cursor() as curseur:
                curseur.execute("DEALLOCATE ALL")
        else:
            executer_en_proprietaire(changer.format(6))
        assert fusionner_ligne(ligne, source="api", auteur="jeton:1").code == "inchangee"
        assert Inscription.objects.count() == 1
    finally:
        if quoi == "colonne changée":
            executer_en_proprietaire(changer.format(5))


@pytest.mark.parametrize("connu", [True, False], ids=["étudiant connu", "étudiant à créer"])
def test_sixteen_times_the_same_line_creates_once(connu):
    if connu:
        fabriques.etudiant(ine="1234567890V", nom_naissance="Le Goff", prenoms=["Anne-Marie"])
    contexte = moteur.contexte(uais=None, fictif=False)
    ligne, _, _ = valider(champs(identite=identite()), contexte)
    issues = en_meme_temps(*[lambda: fusionner_ligne(ligne, source="api", auteur="jeton:1")] * FILS)
    assert Counter(issue.code for issue in issues) == {"creee": 1, "inchangee": FILS - 1}
    assert len({issue.inscription_id for issue in issues}) == 1
    assert (Etudiant.objects.count(), Inscription.objects.count()) == (1, 1)
    assert Historique.objects.filter(objet="inscription").count() == 1


def lignes_de(uai, nombre, **remplace):
    return [champs(ine=ine(n), uai=uai, identite=identite(), **remplace) for n in range(1, nombre + 1)]


def test_two_large_deposits_of_the_same_students_in_reverse_order_both_end():
    nombre = 2_000
    a = deposer_octets(en_csv(lignes_de("0311384L", nombre)), uais=["0311384L"])
    b = deposer_octets(en_csv(lignes_de("0755890V", nombre)[::-1]), uais=["0755890V"])
    lots = en_meme_temps(lambda: traiter(a, executant="a"), lambda: traiter(b, executant="b"))
    assert [(lot.etat, lot.creees, lot.rejetees) for lot in lots] == [("termine", nombre, 0)] * 2
    assert sum(lot.etudiants_crees for lot in lots) == nombre == Etudiant.objects.count()
    assert Inscription.objects.count() == 2 * nombre


def test_calls_go_on_while_deposits_change_the_same_lines():
    """Known students under another name: inscriptions and anomalies are written by both doors at once."""
    nombre = 300
    Etudiant.objects.bulk_create(
        Etudiant(ine=ine(n), nom_naissance="Martin", prenoms=["Lou"], date_naissance="2004-03-27")
        for n in range(1, nombre + 1)
    )
    lots = [deposer_octets(en_csv(lignes_de("0311384L", nombre, regime=f"RF{n}"))) for n in (2, 3)]

    def appels(regime, sens):
        def appeler():
            porte = Appel()
            lignes = lignes_de("0311384L", 60, regime=regime)
            return Counter(porte.envoyer(ligne).issue for ligne in lignes[::sens])

        return appeler

    def deposer():
        return [traiter(lot) for lot in lots]

    (faits, *recus) = en_meme_temps(deposer, appels("RF4", 1), appels("RF5", -1), appels("RF6", 1))
    assert [lot.etat for lot in faits] == ["termine", "termine"]
    assert Inscription.objects.count() == nombre
    assert Anomalie.objects.count() == nombre
    creees = sum(un["creee"] for un in recus) + sum(lot.creees for lot in faits)
    assert creees == nombre
    # Each call that was told that it changed the row did, and no other.
    changements = Historique.objects.filter(operation="modification", auteur=Appel.auteur).count()
    assert changements == sum(un["modifiee"] for un in recus)


@pytest.mark.parametrize("deja", [False, True], ids=["inscription à créer", "inscription à changer"])
def test_a_call_that_waits_for_a_merge_says_what_it_did_after_it(deja):
    fabriques.etudiant(ine="1234567890V")
    if deja:
        Appel().envoyer(champs(regime="RF7"))
    fusionnee, validee = threading.Event(), threading.Event()

    def fusion_longue():
        with transaction.atomic():
            Appel().envoyer(champs(regime="RF2"))
            fusionnee.set()
            assert validee.wait(30)

    def appel():
        assert fusionnee.wait(30)
        return Appel().envoyer(champs(regime="RF2")).issue

    def valider_la_fusion():
        attendre_qu_une_session_attende()
        validee.set()

    _, issue, _ = en_meme_temps(fusion_longue, appel, valider_la_fusion)
    assert issue == "inchangee"
