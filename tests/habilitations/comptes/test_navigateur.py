"""What a person does to their account in a real Chromium, and the states that this alone leads to, held to axe.

The pages that an address is enough to open are in `tests/parcours/test_axe_partout.py`.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from habilitations.comptes.demonstration import DOMAINE
from habilitations.models import Compte, Rattachement, Role
from tests import fabriques
from tests.accessibilite import deborde, manquements
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import MOT_DE_PASSE, telephone

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
#: Where to leave what was seen, for who wants to look.
CAPTURES = os.environ.get("CAPTURES")


def verifier(page: Any, nom: str) -> None:
    # A click does not wait for the page that it leads to.
    page.wait_for_load_state("load")
    page.locator("h1").first.wait_for()
    for largeur in (375, 1280):
        assert not deborde(page, largeur), nom
        if CAPTURES:
            page.screenshot(path=Path(CAPTURES) / f"{nom}-{largeur}.png", full_page=True)
    assert manquements(page) == [], nom


@pytest.fixture
def page(navigateur: Any, live_server: Any, settings: Any) -> Any:
    settings.ENVIRONNEMENT = "demonstration"
    settings.PROCONNECT_DECOUVERTE = "http://127.0.0.1:9/"
    settings.PROCONNECT_CLIENT_ID = "client"
    contexte = navigateur.new_context(base_url=live_server.url, color_scheme="light", reduced_motion="reduce")
    yield contexte.new_page()
    contexte.close()


def ouvrir(page: Any, compte: Compte) -> None:
    client = Client()
    client.force_login(compte)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.context.pages[0].url}]
    )


def test_a_person_signs_in(page: Any) -> None:
    compte = scenes.compte(Role.Nom.INSTRUCTEUR, password=MOT_DE_PASSE)
    page.goto("/connexion")
    page.fill("[name=courriel]", compte.courriel)
    page.fill("[name=mot_de_passe]", "faux")
    page.click("main form button[type=submit]")
    verifier(page, "connexion-refusee")
    page.fill("[name=mot_de_passe]", MOT_DE_PASSE)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/connexion/second-facteur")
    verifier(page, "enrolement")
    telephone(compte)
    page.goto("/connexion/code")
    verifier(page, "code")


def test_one_click_then_the_account(page: Any) -> None:
    organisation = fabriques.organisation(nom="Ville de Belleroche")
    compte = scenes.compte(courriel=f"chloe.delorme@{DOMAINE}", organisation=organisation)
    Rattachement.objects.create(
        compte=compte, organisation=fabriques.organisation(nom="Métropole de Clairval")
    )
    scenes.compte(Role.Nom.DPD, courriel=f"marc@{DOMAINE}")
    page.goto("/demonstration?next=/compte")
    page.click(f"button[value='{compte.pk}']")
    page.wait_for_url("**/compte")
    verifier(page, "compte")


def test_an_administrator_gives_a_role_and_stands_in_for_a_person(page: Any) -> None:
    moi = scenes.compte(Role.Nom.ADMINISTRATEUR)
    cible = scenes.compte(Role.Nom.RAPPORTEUR, Role.Nom.DPD, organisation=fabriques.organisation())
    page.goto("/connexion")
    ouvrir(page, moi)
    page.goto(f"/personnes/{cible.pk}")
    page.fill("[name=motif]", "Aide au téléphone")
    page.click("text=Agir à la place de")
    page.wait_for_selector("text=Vous agissez à la place de")
    page.goto("/compte")
    verifier(page, "incarnation")
    page.click("text=Redevenir")
    page.wait_for_url(f"**/personnes/{cible.pk}")
