"""The questionnaire as data: every path is walked."""

from collections import defaultdict

import pytest

from habilitations.eligibilite.acteurs import ACTEURS
from habilitations.eligibilite.genres import LIBELLES, PROMESSES, TYPES
from habilitations.eligibilite.questionnaire import Choix, Question, Questionnaire, Reponse
from habilitations.eligibilite.questions import QUESTIONNAIRE
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


def test_each_actor_has_an_answer_for_each_type():
    assert {
        acteur.choix.valeur: tuple(acteur.avis(type_).reponse for type_ in TYPES) for acteur in ACTEURS
    } == ATTENDU
    assert all(acteur.avis(type_).raison for acteur in ACTEURS for type_ in TYPES)


def test_the_types_are_those_of_the_habilitations():
    assert set(TYPES) == set(Habilitation.Type.values) == set(LIBELLES) == set(PROMESSES)


@pytest.mark.parametrize("parcours", CHEMINS, ids=lambda parcours: "-".join(parcours.reponses.values()))
def test_each_path_concludes(parcours):
    assert parcours.explications
    assert (parcours.reponse is Reponse.NON) == (not parcours.ouvre)


def test_each_actor_leads_somewhere():
    assert {parcours.reponses["acteur"] for parcours in CHEMINS} == set(ATTENDU)


def test_paths_open_exactly_what_the_table_of_actors_promises():
    ouverts = defaultdict(set)
    for parcours in CHEMINS:
        ouverts[parcours.reponses["acteur"]] |= set(parcours.ouvre)
    for acteur in ACTEURS:
        possibles = {type_ for type_ in TYPES if acteur.avis(type_).reponse is not Reponse.NON}
        assert ouverts[acteur.choix.valeur] == possibles, acteur.choix.valeur


def test_a_company_never_gets_a_firm_yes():
    reponses = {parcours.reponse for parcours in CHEMINS if parcours.reponses["acteur"] == "entreprise"}
    assert reponses == {Reponse.NON, Reponse.PEUT_ETRE}


def test_an_administration_is_asked_about_franceconnect_other_data_and_technique():
    parcours = QUESTIONNAIRE.parcourir({"acteur": "administration"})
    posees = []
    while parcours.question:
        posees.append(parcours.question.cle)
        parcours = QUESTIONNAIRE.parcourir(
            parcours.reponses | {parcours.question.cle: parcours.question.choix[0].valeur}
        )
    assert posees == ["franceconnect", "donnees", "technique"]


def test_unknown_answers_and_those_of_another_path_are_ignored():
    parcours = QUESTIONNAIRE.parcourir({"acteur": "etudiant", "franceconnect": "oui", "x": "y"})
    assert parcours.reponses == {"acteur": "etudiant"}
    assert QUESTIONNAIRE.parcourir({"acteur": "pape"}).question is QUESTIONNAIRE.premiere


def test_the_announced_number_of_steps_is_never_exceeded():
    for fin in CHEMINS:
        parcours, annonce = QUESTIONNAIRE.parcourir({}), 99
        for etape in fin.etapes:
            total = len(parcours.etapes) + parcours.restantes
            assert total <= annonce
            annonce = total
            parcours = QUESTIONNAIRE.parcourir(parcours.reponses | {etape.question.cle: etape.choix.valeur})
        assert parcours.restantes == 0
        assert len(fin.etapes) <= annonce


def test_an_added_question_is_asked_without_other_change():
    questionnaire = Questionnaire(
        Question("a", "A ?", (Choix("oui", "Oui", suite="b"), Choix("non", "Non", reponse=Reponse.NON))),
        Question("b", "B ?", (Choix("oui", "Oui", ouvre=("lecture",)),)),
    )
    assert {(tuple(p.reponses.items()), p.reponse, p.ouvre) for p in questionnaire.chemins()} == {
        ((("a", "oui"), ("b", "oui")), Reponse.OUI, ("lecture",)),
        ((("a", "non"),), Reponse.NON, ()),
    }
