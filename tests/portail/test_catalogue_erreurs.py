"""« Erreurs de l'API »: for people, the same catalogue as programs read."""

import pytest
from django.test import Client

from tests.portail.pages import Page, lire, plat

pytestmark = pytest.mark.django_db


def codes(page: Page) -> set[str]:
    return {attributs["id"] for nom, attributs in page.elements if nom == "tr" and "id" in attributs}


def test_it_says_what_the_json_catalogue_says(client: Client) -> None:
    page = lire(client.get("/erreurs"))
    dites = plat("".join(page.textes))  # as one reads them: what is marked as code keeps its full stop
    erreurs = client.get("/api/errors").json()["errors"]
    assert len(erreurs) > 70
    assert f"{len(erreurs)} erreurs" in page.texte
    for erreur in erreurs:
        for dit in ("code", "title", "detail", "when", "what_to_do"):
            assert plat(erreur[dit]) in dites, erreur


def test_a_code_has_its_own_address(client: Client) -> None:
    assert {"00203", "25003", "student-not-found"} <= codes(lire(client.get("/erreurs")))


@pytest.mark.parametrize("saisie", ["25003", "critères de la recherche", "AUCUN ÉTUDIANT NE CORRESPOND"])
def test_one_finds_an_error_by_what_the_answer_says(client: Client, saisie: str) -> None:
    assert "25003" in codes(lire(client.get("/erreurs", {"q": saisie})))
    assert len(codes(lire(client.get("/erreurs", {"q": saisie})))) < 5


def test_an_interface_keeps_its_own_errors(client: Client) -> None:
    ecriture = codes(lire(client.get("/erreurs", {"interface": "api-open-api-ecriture"})))
    assert "inscription-introuvable" in ecriture
    assert not {"25003", "student-not-found"} & ecriture
    assert "inscription-introuvable" not in codes(
        lire(client.get("/erreurs", {"interface": "api-open-api-v3"}))
    )


def test_nothing_found_says_so_and_a_strange_filter_filters_nothing(client: Client) -> None:
    assert "Aucune erreur ne porte ces mots" in lire(client.get("/erreurs", {"q": "<xyz>"})).texte
    assert "25003" in codes(lire(client.get("/erreurs", {"interface": "x"})))
