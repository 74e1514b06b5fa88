"""The public pages in a real Chromium: accessible, quiet under the content security policy, usable by keyboard."""

import pytest
from django.utils import timezone

from referentiel.pilotage.couverture import rafraichir
from tests import fabriques
from tests.accessibilite import COULEURS, deborde, manquements
from tests.habilitations import scenes
from tests.portail.pages import PAGES

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

LARGEURS = (1280, 375)


@pytest.fixture
def ouvrir(live_server, navigateur):
    """Open a page in a fresh profile; whatever the console complains of fails the test."""
    plaintes, contextes = [], []

    def noter(message):
        # Chromium itself reports the one address that is not there.
        if message.type == "error" and not message.location["url"].endswith("/introuvable"):
            plaintes.append(message.text)

    def _ouvrir(chemin, *, theme="light", **options):
        contexte = navigateur.new_context(
            viewport={"width": 1280, "height": 900}, color_scheme=theme, reduced_motion="reduce", **options
        )
        contextes.append(contexte)
        page = contexte.new_page()
        page.on("console", noter)
        page.on("pageerror", lambda erreur: plaintes.append(str(erreur)))
        page.goto(live_server.url + chemin)
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


def connecter(page, live_server, client, compte, settings):
    client.force_login(compte)
    nom = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": live_server.url}])


def test_axe_finds_nothing_light_or_dark_wide_or_narrow(ouvrir, live_server, peuple):
    """Every rule on a telephone and on a desk, which show other things; in the other theme, the colours again."""
    page = ouvrir("/")
    trouves = {}
    for chemin in PAGES:
        page.goto(live_server.url + chemin)
        for largeur, entier, couleurs in ((375, "light", "dark"), (1280, "dark", "light")):
            trouves[chemin, largeur] = ["trop large"] * deborde(page, largeur)
            for apparence, regles in ((entier, ()), (couleurs, COULEURS)):
                page.emulate_media(color_scheme=apparence, reduced_motion="reduce")
                page.locator(f"html[data-fr-theme={apparence}]").wait_for(state="attached")
                trouves[chemin, largeur] += manquements(page, regles=regles)
    assert {cle: liste for cle, liste in trouves.items() if liste} == {}


def test_axe_finds_nothing_in_the_header_of_who_is_signed_in(ouvrir, live_server, client, settings):
    page = ouvrir("/")
    compte = scenes.compte("instructeur", organisation=fabriques.organisation(nom="Métropole"))
    connecter(page, live_server, client, compte, settings)
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        page.goto(f"{live_server.url}/contact")
        if largeur == 375:
            page.get_by_role("button", name="Menu", exact=True).click()
        page.get_by_role("button", name="Le service").click()
        page.get_by_role("link", name="Suis-je éligible", exact=False).first.wait_for()
        assert manquements(page) == [], largeur


def test_the_theme_follows_the_system_then_the_choice_which_stays(ouvrir):
    page = ouvrir("/contact", theme="dark")
    assert theme(page) == "dark"
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.reload()
    assert theme(page) == "light"
    page.get_by_role("button", name="Affichage").click()
    page.get_by_text("Thème sombre").click()
    assert theme(page) == "dark"
    assert manquements(page) == []
    page.get_by_role("button", name="Fermer").click()
    # Without the design system's script: the early file alone must have set the theme.
    page.route("**/dsfr.module.min.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.reload()
    assert theme(page) == "dark"


def test_keyboard_phone_and_going_back_work(ouvrir, live_server):
    page = ouvrir("/contact")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#contenu"
    page.keyboard.press("Enter")
    page.locator("#contenu:focus").wait_for(state="attached")

    page.set_viewport_size({"width": 375, "height": 900})
    page.goto(f"{live_server.url}/eligibilite")
    page.get_by_text("Un lycée").click()
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/eligibilite?acteur=lycee")
    page.go_back()
    page.get_by_role("heading", name="Vous êtes…").wait_for()

    lien = page.locator("#navigation").get_by_role("link", name="Habilitations publiques")
    assert not lien.is_visible()
    page.get_by_role("button", name="Menu", exact=True).click()
    lien.click()
    page.wait_for_url("**/habilitations-publiques")


def test_eligibility_works_without_javascript(ouvrir):
    page = ouvrir("/eligibilite", java_script_enabled=False)
    for response in ("Un lycée", "Déclarer nos étudiants", "Par fichiers"):
        page.get_by_label(response).check(force=True)
        page.get_by_role("button", name="Continuer").click()
    page.get_by_role("heading", name="Oui, vous pouvez demander un accès").wait_for()
    page.get_by_role("link", name="Recommencer").click()
    page.wait_for_url("**/eligibilite")


def test_without_javascript_a_telephone_has_the_menu_and_what_folds_is_unfolded(ouvrir):
    page = ouvrir("/cas-d-usage", java_script_enabled=False)
    page.set_viewport_size({"width": 375, "height": 900})
    for nom in ("Se connecter", "Habilitations publiques"):
        page.get_by_role("banner").get_by_role("link", name=nom).wait_for()
    assert not page.get_by_role("button", name="Menu", exact=True).is_visible()
    page.get_by_role("link", name="Partir de ce formulaire").first.wait_for()
    page.get_by_role("banner").get_by_role("link", name="Habilitations publiques").click()
    page.wait_for_url("**/habilitations-publiques")


def test_a_table_is_printed_as_a_table_on_paper_narrower_than_a_screen(ouvrir):
    page = ouvrir("/catalogue/lecture")
    page.set_viewport_size({"width": 700, "height": 900})
    ligne = page.locator("table.ase-empilee tbody tr").first
    assert ligne.evaluate("ligne => getComputedStyle(ligne).display") == "block"
    page.emulate_media(media="print")
    assert ligne.evaluate("ligne => getComputedStyle(ligne).display") == "table-row"


def test_what_is_printed_is_dark_on_white_even_in_the_dark_theme(ouvrir):
    page = ouvrir("/accessibilite", theme="dark")
    clair = "getComputedStyle(document.querySelector('h1')).color"
    assert page.evaluate(clair) == "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert theme(page) == "light"
    assert page.evaluate(clair) == "rgb(22, 22, 22)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert theme(page) == "dark"
