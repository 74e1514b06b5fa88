"""The site map, sitemap.xml, robots.txt, the news and the home page's figures."""

import datetime
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings as reglages
from django.test import Client
from django.utils import timezone

from referentiel.pilotage.couverture import rafraichir
from statut_etudiant.portail.nouveautes import NOUVEAUTES, derniere
from tests import fabriques
from tests.portail.pages import FICHIERS, PAGES, chemins_publics, lire, plat

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"
#: Fragments and gestes of the portal, which nobody opens.
SANS_PAGE = {"/demandes/apercu"}


def test_the_site_map_and_sitemap_have_every_public_page(client: Client) -> None:
    attendues = {chemin for chemin in chemins_publics() if not chemin.endswith(FICHIERS)} - SANS_PAGE
    assert attendues <= set(lire(client.get("/plan-du-site")).liens())
    adresses = [
        un.text
        for un in ElementTree.fromstring(client.get("/sitemap.xml").content).iter(f"{SITEMAP}loc")  # noqa: S314 (our own)
    ]
    assert {reglages.ADRESSE_PUBLIQUE + chemin for chemin in attendues} <= set(adresses)
    for adresse in adresses:
        assert client.get(str(adresse).removeprefix(reglages.ADRESSE_PUBLIQUE)).status_code == 200, adresse


@pytest.mark.parametrize("environnement", ["demonstration", "developpement"])
def test_search_engines_are_kept_out_of_what_is_not_in_production(
    client: Client, settings, environnement
) -> None:
    settings.ENVIRONNEMENT = environnement
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_search_engines_are_shown_the_pages_in_production(client: Client, settings: Any) -> None:
    settings.ENVIRONNEMENT = "production"
    lignes = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /" not in lignes
    assert "Disallow: /v3/" in lignes
    assert f"Sitemap: {settings.ADRESSE_PUBLIQUE}/sitemap.xml" in lignes


def test_the_feed_has_every_novelty_of_the_page_with_its_anchor(client: Client) -> None:
    flux = client.get("/nouveautes.atom")
    assert flux["Content-Type"].startswith("application/atom+xml")
    entrees = list(ElementTree.fromstring(flux.content).iter(f"{ATOM}entry"))  # noqa: S314 (our own)
    page = lire(client.get("/nouveautes"))
    assert len(entrees) == len(NOUVEAUTES)
    ancres = {attributs.get("id") for _, attributs in page.elements}
    for entree, une in zip(entrees, NOUVEAUTES, strict=True):
        assert entree.findtext(f"{ATOM}title") == une.titre
        assert str(entree.findtext(f"{ATOM}id")).rpartition("#")[2] in ancres
        assert plat(une.texte) in page.texte


def test_novelties_are_the_latest_first_each_with_its_own_key() -> None:
    jours = [une.jour for une in NOUVEAUTES]
    assert jours == sorted(jours, reverse=True)
    assert len({une.cle for une in NOUVEAUTES}) == len(NOUVEAUTES)
    assert derniere("ecriture") == datetime.date(2026, 11, 28)


def test_the_home_page_counts_what_is_declared(client: Client) -> None:
    assert "à jour depuis" not in lire(client.get("/")).texte
    fabriques.inscrit()
    rafraichir(aujourdhui=timezone.localdate())
    texte = lire(client.get("/")).texte
    assert re.search(r"1 étudiant connu en 20\d\d-20\d\d, par 1 établissement, dont 1 à jour", texte)


@pytest.mark.parametrize("chemin", PAGES)
def test_what_shares_a_page_reads_its_own_title_and_address(client: Client, chemin: str) -> None:
    page = lire(client.get(chemin))

    def partage(nom: str) -> str:
        (une,) = page.tous("meta", property=f"og:{nom}")
        return plat(une["content"])

    assert f"{partage('title')} — API Statut étudiant" == plat(page.titre)
    assert partage("url") == reglages.ADRESSE_PUBLIQUE + chemin.partition("?")[0]
    assert partage("image").startswith(reglages.ADRESSE_PUBLIQUE)


def test_what_a_title_holds_stays_in_its_place(client: Client) -> None:
    page = client.get("/rechercher", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
