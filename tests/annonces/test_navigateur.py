"""The banner and the announcements' pages in a real Chromium."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from habilitations.models import Role
from statut_etudiant.annonces.models import Maintenance
from tests.accessibilite import manquements
from tests.annonces.test_bandeaux import bandeau
from tests.habilitations import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]


def test_a_banner_is_hidden_by_keyboard_and_stays_so(navigateur: "Browser", live_server: Any) -> None:
    bandeau(titre="Rentrée", lien="/contact")
    contexte = navigateur.new_context()
    page = contexte.new_page()
    page.goto(live_server.url)
    annonce = page.get_by_role("region", name="Rentrée")
    assert annonce.is_visible()
    assert manquements(page) == []
    bouton = page.get_by_role("button", name="Masquer le message : Rentrée")
    bouton.focus()
    page.keyboard.press("Enter")
    assert annonce.is_hidden()
    assert page.evaluate("document.activeElement.id") == "contenu"
    page.goto(f"{live_server.url}/contact")
    assert page.get_by_role("region", name="Rentrée").count() == 0
    contexte.close()

    sans_script = navigateur.new_context(java_script_enabled=False)
    page = sans_script.new_page()
    page.goto(live_server.url)
    assert page.get_by_role("region", name="Rentrée").is_visible()
    assert page.get_by_role("button", name="Masquer le message").count() == 0
    sans_script.close()


def test_axe_sees_the_announcements_pages(navigateur: "Browser", live_server: Any) -> None:
    compte, maintenant = scenes.compte(Role.Nom.ADMINISTRATEUR), timezone.now()
    un = bandeau(titre="Rentrée")
    une = Maintenance.objects.create(
        motif="mise à jour", debut=maintenant, fin=maintenant + timedelta(hours=1), auteur=compte
    )
    client = Client()
    client.force_login(compte)
    nom = settings.SESSION_COOKIE_NAME
    contexte = navigateur.new_context(viewport={"width": 375, "height": 800})
    contexte.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": live_server.url}])
    page = contexte.new_page()
    for chemin in (
        "/annonces",
        "/annonces/bandeaux/nouveau",
        f"/annonces/bandeaux/{un.pk}/retirer",
        f"/annonces/maintenances/{une.pk}",
        f"/annonces/maintenances/{une.pk}/annuler",
    ):
        page.goto(live_server.url + chemin)
        assert manquements(page) == [], chemin
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, chemin
    contexte.close()
