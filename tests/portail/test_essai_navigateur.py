"""« Essayer » in a real Chromium: by the keyboard alone, accessible once it has answered, without JavaScript too."""

import json

import pytest
from django.utils import timezone

from referentiel.bac_a_sable import charger
from tests.accessibilite import deborde, manquements

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]


@pytest.fixture
def ouvrir(live_server, navigateur):
    charger(aujourdhui=timezone.localdate(), auteur="essai")
    contextes = []

    def _ouvrir(chemin, **options):
        contexte = navigateur.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce", **options
        )
        contextes.append(contexte)
        page = contexte.new_page()
        page.goto(live_server.url + chemin)
        return page

    yield _ouvrir
    for contexte in contextes:
        contexte.close()


def test_one_writes_by_the_keyboard_and_the_answer_is_accessible_at_every_width(ouvrir):
    page = ouvrir("/essayer/ecriture")
    page.get_by_label("Opération, ou erreur à rencontrer").focus()
    page.keyboard.type("Modifier")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Modifier une inscription").wait_for()
    corps = page.get_by_label("Corps de la requête")
    saisi = json.loads(corps.input_value()) | {"diplome": "Licence <b>d'ailleurs</b>"}
    corps.focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(json.dumps(saisi))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Réponse").wait_for()
    assert "une nouvelle inscription créée" in page.get_by_label("Telle qu'elle est transmise").input_value()
    for largeur in (1280, 375):
        assert not deborde(page, largeur)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.locator(f"html[data-fr-theme={theme}]").wait_for(state="attached")
            assert manquements(page) == [], (largeur, theme)


def test_the_three_pages_serve_without_javascript(ouvrir):
    page = ouvrir("/essayer", java_script_enabled=False)
    for lien in ("Lecture", "FranceConnect", "Écriture"):
        page.get_by_label("API à essayer").get_by_role("link", name=lien).click()
        page.get_by_role("button", name="Appeler").click()
        assert page.get_by_role("heading", name="Réponse : 200").count() == 1, lien
