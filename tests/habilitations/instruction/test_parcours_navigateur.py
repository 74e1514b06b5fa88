"""In a real browser: an instructor takes a request, asks for changes, approves it once they are made."""

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from playwright.sync_api import expect

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.models import ModeleDeMessage
from tests.accessibilite import deborde, manquements
from tests.habilitations import scenes
from tests.habilitations.instruction.conftest import Connecter

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.navigateur]


#: The whole journey at a desk is in `tests/parcours/test_demande_de_bout_en_bout.py`.
LARGEUR = 375


def saine(page: "Page") -> None:
    """Readable by everyone, and no wider than the screen."""
    # A click does not wait for the page that it leads to.
    page.wait_for_load_state("load")
    page.locator("h1").first.wait_for()
    assert not deborde(page, LARGEUR)
    assert manquements(page) == []


def test_on_a_phone_an_instructor_takes_asks_for_changes_then_approves(
    navigateur: "Browser", live_server: object, connecter: Connecter
) -> None:
    modele = ModeleDeMessage.objects.create(
        usage="demander_modifications", titre="Préciser", texte="Précisez {intitule}."
    )
    demande = scenes.demande("soumise")
    client = connecter("instructeur")
    contexte = navigateur.new_context(viewport={"width": LARGEUR, "height": 900})
    nom = settings.SESSION_COOKIE_NAME
    contexte.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": live_server.url}])
    page = contexte.new_page()
    erreurs: list[str] = []
    page.on("console", lambda ligne: erreurs.append(ligne.text) if ligne.type == "error" else None)
    page.on("pageerror", lambda erreur: erreurs.append(str(erreur)))
    try:
        page.goto(f"{live_server.url}/instruction/demandes")
        page.get_by_role("link", name=demande.intitule).click()
        page.get_by_role("button", name="Prendre en charge").click()
        page.get_by_text("Vous avez pris la demande en charge.").wait_for()

        page.get_by_role("link", name="Demander des modifications").click()
        page.get_by_label("Partir d'un modèle").select_option(str(modele.pk))
        texte = page.get_by_label("Message au demandeur")
        expect(texte).to_have_value(f"Précisez {demande.intitule}.")
        page.get_by_role("button", name="Voir les courriels").click()
        page.get_by_role("heading", name="Ce qui partira").wait_for()
        expect(texte).to_have_value(f"Précisez {demande.intitule}.")
        saine(page)
        page.get_by_role("button", name="Demander des modifications").click()
        page.get_by_text("Les modifications sont demandées, le demandeur est prévenu.").wait_for()
        saine(page)

        demande.refresh_from_db()
        demande.destinataires = "Guichet unique"
        demande.save()
        actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))

        page.reload()
        page.get_by_role("heading", name="Depuis la soumission précédente").wait_for()
        saine(page)
        page.get_by_role("link", name="Valider", exact=True).click()
        page.get_by_role("button", name="Valider", exact=True).click()
        page.get_by_text("La demande est validée, le demandeur est prévenu.").wait_for()
        saine(page)
    finally:
        contexte.close()
    demande.refresh_from_db()
    assert demande.etat == "validee"
    assert erreurs == []
