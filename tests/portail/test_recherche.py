"""« Rechercher »: French words, whatever their accents and endings, in what the pages say."""

import datetime
import time

import pytest
from django.test import Client

from statut_etudiant.portail.recherche import LUES, chercher, documents
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _relire() -> None:
    documents.cache_clear()


def adresses(saisie: str) -> list[str]:
    return [resultat.page.adresse for resultat in chercher(saisie)]


@pytest.mark.parametrize(
    ("saisie", "premiere"),
    [
        ("accessibilite", "/accessibilite"),
        ("Défenseur des droits", "/accessibilite"),
        ("migrer depuis API Particulier", "/migrer-depuis-api-particulier"),
        ("étudiant fictif Abadie", "/bac-a-sable"),
        ("php ruby", "/demarrer"),
        ("mentions légales directeur publication", "/mentions-legales"),
        ("statistiques", "/statistiques"),
        ("incidents", "/disponibilite"),
        ("créer un compte", "/inscription"),
    ],
)
def test_words_lead_first_to_the_page_that_is_about_them(saisie: str, premiere: str) -> None:
    assert adresses(saisie)[0] == premiere


@pytest.mark.parametrize(
    ("une", "autre"),
    [("éligibilité", "eligibilite"), ("jetons révoqués", "jeton revoque"), ("DONNÉES", "donnée")],
)
def test_accents_case_and_endings_do_not_matter(une: str, autre: str) -> None:
    assert adresses(une) == adresses(autre) != []


def test_every_word_is_asked_and_a_dash_takes_away() -> None:
    assert adresses("FranceConnect introuvablissime") == []
    assert "/demarrer" in adresses("python")
    assert "/demarrer" not in adresses("python -ruby")


def test_every_page_listed_was_read() -> None:
    lus = documents(datetime.date(2026, 11, 28))
    assert {document.page.nom for document in lus if len(document.texte) > 100} == set(LUES)
    assert [document.page for document in lus if document.page.nom not in LUES and document.texte] == []


@pytest.mark.parametrize(
    "saisie", ["'", "a & | !", '"', "<script>alert(1)</script>", "é" * 500, "-", "\u202e", "%"]
)
def test_whatever_is_typed_is_answered_and_never_becomes_a_tag(client: Client, saisie: str) -> None:
    response = client.get("/rechercher", {"q": saisie})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_the_page_says_when_nothing_is_found_and_leads_elsewhere(client: Client) -> None:
    page = lire(client.get("/rechercher", {"q": "introuvablissime"}))
    assert "Aucune page ne contient ces mots" in page.texte
    assert "/plan-du-site" in page.liens()
    assert page.tous("input", id="q")[0]["value"] == "introuvablissime"
    assert "/accessibilite" in lire(client.get("/rechercher", {"q": "accessibilité"})).liens()


def test_a_search_costs_less_than_a_tenth_of_a_second() -> None:
    chercher("données")
    durees = []
    for _ in range(20):
        debut = time.perf_counter()
        chercher("données personnelles étudiant")
        durees.append(time.perf_counter() - debut)
    assert sorted(durees)[10] < 0.1
