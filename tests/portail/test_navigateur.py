"""The public pages in a real Chromium: accessible, quiet under the content security policy, usable by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from referentiel.couverture import rafraichir
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import VARIANTES, chemins_publics

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

LARGEURS = (1280, 375)
THEMES = ("light", "dark")
PAGES = [*(chemin for chemin in chemins_publics() if not chemin.endswith(".csv")), *VARIANTES, "/introuvable"]


@pytest.fixture
def ouvrir(live_server, navigateur):
    """Open a page in a fresh profile; whatever the console complains of fails the test."""
    plaintes, contextes = [], []

    def _ouvrir(chemin, *, largeur=1280, theme="light", **options):
        contexte = navigateur.new_context(
            viewport={"width": largeur, "height": 900}, color_scheme=theme, reduced_motion="reduce", **options
        )
        contextes.append(contexte)
        page = contexte.new_page()
        page.on("console", lambda message: plaintes.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda erreur: plaintes.append(str(erreur)))
        response = page.goto(live_server.url + chemin, wait_until="networkidle")
        if response.status == 404:  # which Chromium itself reports
            plaintes.clear()
        return page

    yield _ouvrir
    for contexte in contextes:
        contexte.close()
    assert plaintes == []


@pytest.fixture
def peuple():
    """What fills the lists."""
    scenes.demande("validee")
    fabriques.habilitation(ecriture=True)
    fabriques.habilitation(intitule="Un intitulé sans cadre juridique connu")
    for _ in range(2):
        etablissement = fabriques.etablissement(academie="Toulouse", departement="31")
        fabriques.inscription(etablissement=etablissement)
    rafraichir(aujourdhui=timezone.localdate())


def theme(page):
    return page.evaluate("document.documentElement.dataset.frTheme")


@pytest.mark.parametrize("chemin", PAGES)
def test_axe_ne_trouve_rien_en_clair_ni_en_sombre_large_ou_etroit(ouvrir, peuple, chemin):
    page = ouvrir(chemin)
    for couleurs in THEMES:
        page.emulate_media(color_scheme=couleurs, reduced_motion="reduce")
        page.locator(f"html[data-fr-theme={couleurs}]").wait_for(state="attached")
        for largeur in LARGEURS:
            page.set_viewport_size({"width": largeur, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= largeur
            resultat = Axe().run(page)
            assert resultat.violations_count == 0, f"{couleurs} {largeur}\n{resultat.generate_report()}"


@pytest.mark.parametrize("largeur", LARGEURS)
def test_axe_ne_trouve_rien_dans_l_entete_d_une_personne_connectee(
    ouvrir, live_server, client, largeur, settings
):
    client.force_login(scenes.compte("instructeur", organisation=fabriques.organisation(nom="Métropole")))
    session = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_server.url,
    }
    page = ouvrir("/", largeur=largeur, storage_state={"cookies": [], "origins": []})
    page.context.add_cookies([session])
    page.goto(f"{live_server.url}/contact", wait_until="networkidle")
    if largeur == 375:
        page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("button", name="Le service").click()
    page.get_by_role("link", name="Suis-je éligible", exact=False).first.wait_for()
    resultat = Axe().run(page)
    assert resultat.violations_count == 0, resultat.generate_report()


def test_la_fenetre_d_affichage_change_le_theme_et_le_choix_tient(ouvrir):
    page = ouvrir("/contact")
    assert theme(page) == "light"
    page.get_by_role("button", name="Affichage").click()
    page.get_by_text("Thème sombre").click()
    assert theme(page) == "dark"
    resultat = Axe().run(page)
    assert resultat.violations_count == 0, resultat.generate_report()
    page.get_by_role("button", name="Fermer").click()
    # Without the design system's script: the early file alone must have set the theme.
    page.route("**/dsfr.module.min.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.reload(wait_until="networkidle")
    assert theme(page) == "dark"


def test_le_theme_suit_celui_du_systeme_sans_choix(ouvrir):
    assert theme(ouvrir("/contact", theme="dark")) == "dark"


def test_le_premier_lien_au_clavier_mene_au_contenu(ouvrir):
    page = ouvrir("/contact")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#contenu"
    page.keyboard.press("Enter")
    page.locator("#contenu:focus").wait_for(state="attached")


def test_au_telephone_le_menu_s_ouvre_et_mene_aux_pages(ouvrir):
    page = ouvrir("/", largeur=375)
    lien = page.locator("#navigation").get_by_role("link", name="Habilitations publiques")
    assert not lien.is_visible()
    page.get_by_role("button", name="Menu", exact=True).click()
    lien.click()
    page.wait_for_url("**/habilitations-publiques")


def test_l_eligibilite_se_parcourt_sans_javascript(ouvrir):
    page = ouvrir("/eligibilite", java_script_enabled=False)
    for reponse in ("Un lycée", "Déclarer nos étudiants", "Par fichiers"):
        page.get_by_label(reponse).check(force=True)
        page.get_by_role("button", name="Continuer").click()
    assert page.get_by_role("heading", name="Oui, vous pouvez demander un accès").is_visible()
    page.get_by_role("link", name="Recommencer").click()
    page.wait_for_url("**/eligibilite")


def test_revenir_en_arriere_dans_le_navigateur_rend_la_question_precedente(ouvrir):
    page = ouvrir("/eligibilite")
    page.get_by_text("Un lycée").click()
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/eligibilite?acteur=lycee")
    page.go_back()
    assert page.get_by_role("heading", name="Vous êtes…").is_visible()
