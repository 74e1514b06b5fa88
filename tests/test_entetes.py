"""The headers that protect people, value by value: what the browser is told, whatever the page."""

import re

import pytest
from django.test import Client

from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

ADRESSES = [
    "/",
    "/connexion",
    "/introuvable",
    "/api/etablissements",
    "/api/docs",
    "/v3/mesri/statut_etudiant/ine",
    "/sante/vivant",
]

CSP_DES_PAGES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def csp(client: Client, adresse: str) -> dict[str, str]:
    directives = client.get(adresse).headers["Content-Security-Policy"].split(";")
    return {nom: " ".join(sources) for nom, *sources in map(str.split, directives)}


@pytest.mark.parametrize("adresse", ADRESSES)
def test_every_answer_tells_the_browser_to_keep_to_https_and_to_guess_nothing(
    client: Client, adresse: str
) -> None:
    entetes = client.get(adresse).headers
    assert entetes["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert entetes["X-Content-Type-Options"] == "nosniff"
    assert entetes["X-Frame-Options"] == "DENY"
    assert entetes["Referrer-Policy"] == "same-origin"
    assert entetes["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("adresse", ["/", "/connexion", "/introuvable"])
def test_a_page_runs_loads_and_sends_to_this_site_only(client: Client, adresse: str) -> None:
    assert csp(client, adresse) == CSP_DES_PAGES


def test_an_answer_of_the_api_runs_and_loads_nothing(client: Client) -> None:
    assert csp(client, "/api/etablissements") == {"default-src": "'none'", "frame-ancestors": "'none'"}


@pytest.mark.parametrize("adresse", ["/compte", "/demandes", "/instruction", "/introuvable", "/"])
def test_what_a_signed_in_person_is_shown_stays_in_no_cache(client: Client, adresse: str) -> None:
    client.force_login(scenes.compte())
    assert "no-store" in client.get(adresse).headers["Cache-Control"]


def test_the_identifier_that_a_caller_chooses_stands_beside_ours_and_never_in_its_place(
    client: Client,
) -> None:
    entetes = client.get("/", headers={"X-Request-ID": "choisi-par-un-inconnu"}).headers
    assert entetes["X-Request-ID"] == "choisi-par-un-inconnu"
    assert re.fullmatch("[0-9a-f]{32}", entetes["X-Request-ID-Serveur"])
