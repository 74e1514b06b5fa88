"""No page escapes axe: every name of the URL configuration is opened in a real browser, or excused with a reason."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from tests.accessibilite import COULEURS, manquements
from tests.parcours.adresses import AILLEURS, SANS_PAGE, VISITEUR, Monde, Vue, noms
from tests.parcours.personne import Personne
from tests.portail.pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]


@pytest.fixture
def demonstration(settings: Any) -> None:
    settings.ENVIRONNEMENT = "demonstration"


def ouvrir(personne: Personne, compte: Any, adresse: str) -> None:
    """Be this person, without going through the sign-in page."""
    client = Client()
    client.force_login(compte)
    nom = settings.SESSION_COOKIE_NAME
    personne.contexte.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": adresse}])


def regarder(navigateur: "Browser", adresse: str, monde: Monde, vues: list[Vue]) -> list[str]:
    """What axe, the console and the width of a phone complain of; each person keeps their own browser profile."""
    plaintes: list[str] = []
    for qui in sorted({vue.qui for vue in vues}):
        with Personne(navigateur, adresse, qui or "visiteur") as personne:
            if qui != VISITEUR:
                ouvrir(personne, monde.comptes[qui], adresse)
            for vue in (vue for vue in vues if vue.qui == qui):
                response = personne.page.goto(vue.adresse)
                assert response is not None
                if response.status != 200 or "text/html" not in response.headers["content-type"]:
                    plaintes.append(f"{vue.adresse} répond {response.status} à {qui or 'un visiteur'}")
                else:
                    personne.regarde_au_telephone(vue.nom)
                plaintes += [f"{vue.nom} : {plainte}" for plainte in personne.plaintes]
                personne.plaintes.clear()
    return plaintes


def test_axe_sees_every_page(navigateur: "Browser", live_server: Any, demonstration: None) -> None:
    """The public pages apart, which `tests/portail/test_navigateur.py` looks at in both themes."""
    publiques = {resolve(urlsplit(page).path).view_name for page in PAGES if page != "/introuvable"}
    monde = Monde()
    vues = [vue for vue in monde.vues() if vue.nom not in publiques] + list(monde.etats())
    assert "\n".join(regarder(navigateur, live_server.url, monde, vues)) == ""


def test_axe_sees_every_table_of_the_administrations(
    navigateur: "Browser", live_server: Any, demonstration: None
) -> None:
    monde = Monde()
    vues = list(monde.vues_des_admins())
    assert "\n".join(regarder(navigateur, live_server.url, monde, vues)) == ""


def test_the_check_sees_what_is_wrong(navigateur: "Browser") -> None:
    """What everything above leans on: a page that is too wide, pale and without names is found so."""
    with Personne(navigateur, "http://localhost", "personne") as personne:
        personne.page.set_content("<img src='data:,'><p style='width: 400px; color: #ccc'>Pâle</p>")
        personne.regarde_au_telephone("page")
        plaintes = "\n".join(personne.plaintes)
        for attendu in ("plus large que 375", "image-alt", "color-contrast", "html-has-lang"):
            assert attendu in plaintes
        couleurs = manquements(personne.page, regles=COULEURS)
        assert [trouve.split()[0] for trouve in couleurs] == ["color-contrast"]


def test_the_exceptions_still_hold() -> None:
    connus = set(noms())
    assert set(SANS_PAGE) | set(AILLEURS) <= connus
    for fichier, preuve in AILLEURS.values():
        assert preuve in (Path(settings.BASE_DIR) / fichier).read_text(), fichier
