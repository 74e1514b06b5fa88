"""The questionnaire as data: every path is walked."""

from collections import defaultdict

import pytest

from habilitations.eligibilite.acteurs import ACTEURS, LIBELLES, PROMESSES, QUESTIONNAIRE, TYPES
from habilitations.eligibilite.questionnaire import Choix, Question, Questionnaire, Reponse
from habilitations.models import Habilitation

CHEMINS = list(QUESTIONNAIRE.chemins())

N, P, O = Reponse.NON, Reponse.PEUT_ETRE, Reponse.OUI  # noqa: E741
#: From the public cards of the three APIs: (read, read through FranceConnect, write).
ATTENDU = {
    "particulier": (N, N, N),
    "etudiant": (N, N, N),
    "administration": (O, O, N),
    "entreprise": (N, P, N),
    "editeur": (N, N, N),
    "etablissement": (P, P, O),
    "lycee": (P, P, O),
}


def test_chaque_acteur_a_sa_reponse_pour_chaque_type():
    assert {
        acteur.choix.valeur: tuple(acteur.avis(type_).reponse for type_ in TYPES) for acteur in ACTEURS
    } == ATTENDU
    assert all(acteur.avis(type_).raison for acteur in ACTEURS for type_ in TYPES)


def test_les_types_sont_ceux_des_habilitations():
    assert set(TYPES) == set(Habilitation.Type.values) == set(LIBELLES) == set(PROMESSES)


@pytest.mark.parametrize("parcours", CHEMINS, ids=lambda parcours: "-".join(parcours.reponses.values()))
def test_chaque_chemin_conclut(parcours):
    assert parcours.explications
    assert (parcours.reponse is Reponse.NON) == (not parcours.ouvre)


def test_chaque_acteur_mene_quelque_part():
    assert {parcours.reponses["acteur"] for parcours in CHEMINS} == set(ATTENDU)


def test_les_chemins_ouvrent_exactement_ce_que_promet_le_tableau_des_acteurs():
    ouverts = defaultdict(set)
    for parcours in CHEMINS:
        ouverts[parcours.reponses["acteur"]] |= set(parcours.ouvre)
    for acteur in ACTEURS:
        possibles = {type_ for type_ in TYPES if acteur.avis(type_).reponse is not Reponse.NON}
        assert ouverts[acteur.choix.valeur] == possibles, acteur.choix.valeur


def test_une_entreprise_n_a_jamais_un_oui_ferme():
    reponses = {parcours.reponse for parcours in CHEMINS if parcours.reponses["acteur"] == "entreprise"}
    assert reponses == {Reponse.NON, Reponse.PEUT_ETRE}


def test_une_administration_est_interrogee_sur_franceconnect_les_autres_donnees_et_la_technique():
    parcours = QUESTIONNAIRE.parcourir({"acteur": "administration"})
    posees = []
    while parcours.question:
        posees.append(parcours.question.cle)
        parcours = QUESTIONNAIRE.parcourir(
            parcours.reponses | {parcours.question.cle: parcours.question.choix[0].valeur}
        )
    assert posees == ["franceconnect", "donnees", "technique"]


def test_les_reponses_inconnues_ou_d_un_autre_chemin_sont_ignorees():
    parcours = QUESTIONNAIRE.parcourir({"acteur": "etudiant", "franceconnect": "oui", "x": "y"})
    assert parcours.reponses == {"acteur": "etudiant"}
    assert QUESTIONNAIRE.parcourir({"acteur": "pape"}).question is QUESTIONNAIRE.premiere


def test_le_nombre_d_etapes_annonce_n_est_jamais_depasse():
    for fin in CHEMINS:
        parcours, annonce = QUESTIONNAIRE.parcourir({}), 99
        for etape in fin.etapes:
            total = len(parcours.etapes) + parcours.restantes
            assert total <= annonce
            annonce = total
            parcours = QUESTIONNAIRE.parcourir(parcours.reponses | {etape.question.cle: etape.choix.valeur})
        assert parcours.restantes == 0
        assert len(fin.etapes) <= annonce


def test_une_question_ajoutee_est_posee_sans_autre_changement():
    questionnaire = Questionnaire(
        Question("a", "A ?", (Choix("oui", "Oui", suite="b"), Choix("non", "Non", reponse=Reponse.NON))),
        Question("b", "B ?", (Choix("oui", "Oui", ouvre=("lecture",)),)),
    )
    assert {(tuple(p.reponses.items()), p.reponse, p.ouvre) for p in questionnaire.chemins()} == {
        ((("a", "oui"), ("b", "oui")), Reponse.OUI, ("lecture",)),
        ((("a", "non"),), Reponse.NON, ()),
    }
