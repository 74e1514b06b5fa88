"""The pages of the questionnaire, without JavaScript: forms are filled as they are."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import include, path

from habilitations.eligibilite.questions import QUESTIONNAIRE
from statut_etudiant.portail import eligibilite
from tests.portail.pages import lire, plat

CHEMINS = list(QUESTIONNAIRE.chemins())

urlpatterns = [
    path("", include("statut_etudiant.urls")),
    path("demandes/nouvelle-essai", eligibilite.questionnaire, name="demande-nouvelle"),
]


def repondre(client, page, valeur):
    """Fill the page's form as a browser would, and send it."""
    donnees = {champ["name"]: champ["value"] for champ in page.tous("input", type="hidden")}
    cle = page.tous("input", type="radio")[0]["name"]
    if valeur is not None:
        donnees[cle] = valeur
    (bouton,) = page.tous("button", type="submit", name="etape")
    donnees[bouton["name"]] = bouton["value"]
    return client.get("/eligibilite", donnees, follow=True)


@pytest.mark.urls("tests.portail.test_eligibilite")
@pytest.mark.parametrize("parcours", CHEMINS, ids=lambda parcours: "-".join(parcours.reponses.values()))
def test_each_path_goes_page_by_page_to_its_button(client, parcours):
    response = client.get("/eligibilite")
    for etape in parcours.etapes:
        page = lire(response)
        assert plat(etape.question.texte) in page.texte
        response = repondre(client, page, etape.choix.valeur)
    page = lire(response)
    for texte in parcours.explications:
        assert plat(texte) in page.texte
    adresses = [urlsplit(lien) for lien in page.liens() if lien.startswith("/demandes/nouvelle")]
    connus = [dict(parse_qsl(adresse.query)) for adresse in adresses]
    assert connus == [{"type": type_, **parcours.reponses, **parcours.preremplit} for type_ in parcours.ouvre]
    assert "/eligibilite" in page.liens()  # start again


def test_the_address_holds_the_answers_and_nothing_else(client):
    response = client.get("/eligibilite?x=1&acteur=lycee&franceconnect=oui&etape=acteur")
    assert response.status_code == 302
    assert response["Location"] == "/eligibilite?acteur=lycee"
    assert client.get(response["Location"]).status_code == 200


def test_a_shared_address_opens_the_same_page(client):
    adresse = "/eligibilite?acteur=etablissement&but=declarer&envoi=fichier"
    premiere, seconde = client.get(adresse), client.get(adresse)
    assert premiere.status_code == 200
    assert premiere.content == seconde.content
    assert "Oui, vous pouvez demander un accès" in lire(premiere).texte


def test_without_choice_the_question_is_asked_again_with_its_error(client):
    page = lire(client.get("/eligibilite?acteur=administration"))
    response = repondre(client, page, None)
    reposee = lire(response)
    assert reposee.titre.startswith("Erreur")
    assert "Choisissez une réponse pour continuer." in reposee.texte
    assert "Étape 2 sur 4" in reposee.texte


def test_each_answer_can_be_changed(client):
    page = lire(client.get("/eligibilite?acteur=administration&franceconnect=oui&donnees=non"))
    assert {
        "/eligibilite",
        "/eligibilite?acteur=administration",
        "/eligibilite?acteur=administration&franceconnect=oui",
    } <= set(page.liens())


def test_a_student_reads_how_their_data_are_treated(client):
    page = lire(client.get("/eligibilite?acteur=etudiant"))
    assert "/donnees-personnelles" in page.liens()
    assert "Non, vous ne pouvez pas demander d'accès" in page.texte


def test_a_hostile_answer_counts_as_none(client):
    response = client.get("/eligibilite", {"acteur": '"><script>alert(1)</script>'}, follow=True)
    assert response.status_code == 200
    assert b"alert(1)" not in response.content


@pytest.mark.django_db
def test_the_questionnaire_does_not_query_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/eligibilite?acteur=administration&franceconnect=oui&donnees=non&technique=interne")
