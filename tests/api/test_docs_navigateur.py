"""The reader of the API's documentation, in a real browser, under the strict Content-Security-Policy."""

import os

import pytest

from tests.accessibilite import deborde, manquements

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(navigateur, live_server):
    contexte = navigateur.new_context(locale="fr-FR", viewport={"width": 1280, "height": 1000})
    page = contexte.new_page()
    page.plaintes = []
    page.on("console", lambda message: message.type == "error" and page.plaintes.append(message.text))
    page.on("pageerror", lambda erreur: page.plaintes.append(str(erreur)))
    page.goto(f"{live_server.url}/api/docs")
    page.wait_for_selector(".opblock")
    yield page
    contexte.close()


def photographier(page, nom):
    if dossier := os.environ.get("PHOTOS"):
        page.screenshot(path=f"{dossier}/{nom}.png", full_page=True)


def test_a_developer_reads_tries_and_gives_their_token(page):
    assert manquements(page) == []
    for largeur in (390, 1280):
        assert not deborde(page, largeur)
        photographier(page, f"docs-{largeur}")
    page.click("#operations-Écriture-ecrire_inscription .opblock-summary-control")
    page.wait_for_selector(".opblock-body .responses-table")
    photographier(page, "docs-operation")
    texte = page.inner_text("#lecteur")
    for attendu in (
        "Déclarer ou mettre à jour une inscription",
        "Réponses",
        "Essayer",
        "Corps de la requête",
    ):
        assert attendu in texte
    for anglais in ("Try it out", "Responses", "Request body", "No parameters", "Authorize"):
        assert anglais not in texte
    assert manquements(page) == []
    page.click("#operations-Écriture-ecrire_inscription .opblock-summary-control")

    operation = page.locator("#operations-Surveillance-ping")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_text("Essayer", exact=True).click()
    operation.get_by_text("Envoyer", exact=True).click()
    page.wait_for_selector(".live-responses-table")
    assert '"pong"' in operation.locator(".live-responses-table").inner_text()
    photographier(page, "docs-essai")
    assert manquements(page) == []

    page.click(".btn.authorize")
    page.wait_for_selector(".modal-ux")
    photographier(page, "docs-jeton")
    assert manquements(page) == []
    assert page.plaintes == []
