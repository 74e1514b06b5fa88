"""What is read of a page before it is opened: each its own title and description, the same wherever they are read."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from habilitations.models import Habilitation
from statut_etudiant.portail.descriptions import DESCRIPTIONS
from statut_etudiant.portail.plan import RUBRIQUES
from tests import fabriques
from tests.portail.pages import Page, lire, pages_publiques, plat

pytestmark = pytest.mark.django_db

#: What search engines show whole, and what says something.
TITRE = range(10, 80)
DESCRIPTION = range(70, 166)


def description(page: Page) -> str:
    """The page's, which shared links say alike."""
    (une,) = page.tous("meta", name="description")
    (partagee,) = page.tous("meta", property="og:description")
    assert une["content"] == partagee["content"]
    return plat(une["content"])


def test_no_two_public_pages_have_the_same_title_or_description(client: Client) -> None:
    pages = {chemin: lire(client.get(chemin)) for chemin in pages_publiques()}
    assert len(pages) > 35
    titres = Counter(plat(page.titre) for page in pages.values())
    descriptions = Counter(description(page) for page in pages.values())
    assert [titre for titre, fois in titres.items() if fois > 1] == []
    assert [une for une, fois in descriptions.items() if fois > 1] == []
    assert [titre for titre in titres if len(titre) not in TITRE] == []
    assert [une for une in descriptions if len(une) not in DESCRIPTION] == []
    assert [une for une in descriptions if not (une[0].isupper() and une.endswith("."))] == []


def test_the_pages_described_are_those_of_the_site_map() -> None:
    assert {page.nom for rubrique in RUBRIQUES for page in rubrique.pages} == set(DESCRIPTIONS)


def test_the_site_map_says_what_each_page_is_about(client: Client) -> None:
    texte = lire(client.get("/plan-du-site")).texte
    assert [une for une in DESCRIPTIONS.values() if plat(une) not in texte] == []


def test_the_page_of_a_habilitation_says_whose_it_is_and_for_what(client: Client) -> None:
    habilitation: Habilitation = fabriques.habilitation(intitule="Carte jeunes")
    page = lire(client.get(reverse("habilitation-publique", args=[habilitation.pk])))
    assert page.titre == f"Carte jeunes (habilitation {habilitation.numero}) — API Statut étudiant"
    assert habilitation.organisation.nom in description(page)
    assert "Carte jeunes" in description(page)
    assert page.tous("meta", name="robots") == []


@pytest.mark.parametrize("chemin", ["/introuvable", "/mon-espace/sorti", "/mot-de-passe/oublie"])
def test_where_one_is_sent_is_not_for_search_engines(client: Client, chemin: str) -> None:
    page = lire(client.get(chemin))
    assert page.tous("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
    assert page.tous("meta", name="description") == []
