"""What a public page weighs, in a real Chromium with an empty cache, and whom it talks to."""

import gzip
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.portail.pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

BUDGET = 300_000  # bytes, compressed, the page itself included
#: Formats that are compressed already: a server sends them as they are.
COMPRESSES = (".woff2", ".png")
#: The reader of the OpenAPI document is a library of 1.4 MB, that no other page loads.
SAUF = {"/api/docs"}


def peser(navigateur: "Browser", adresse: str, connus: dict[str, int]) -> tuple[int, set[str]]:
    """The bytes received, compressed, and the hosts that were asked; `connus` keeps what each address weighs."""
    contexte = navigateur.new_context()
    try:
        page = contexte.new_page()
        recues: list[Response] = []
        hotes: set[str] = set()
        page.on("request", lambda requete: hotes.add(urlsplit(requete.url).netloc))
        page.on("response", lambda recue: recues.append(recue))
        page.goto(adresse, wait_until="load")
        # What a script asks for once the page is there, too. (`networkidle` waits half a second at each page.)
        page.wait_for_timeout(100)
        poids = 0
        for recue in recues:
            if recue.status == 200 and recue.url not in connus:
                octets = recue.body()
                serre = urlsplit(recue.url).path.endswith(COMPRESSES)
                connus[recue.url] = len(octets) if serre else len(gzip.compress(octets))
            poids += connus.get(recue.url, 0)
        return poids, hotes - {""}
    finally:
        contexte.close()


def test_no_page_weighs_more_than_its_budget_nor_talks_to_another_host(
    navigateur: "Browser", live_server: Any
) -> None:
    lourdes, bavardes = {}, {}
    connus: dict[str, int] = {}
    for chemin in PAGES:
        poids, hotes = peser(navigateur, live_server.url + chemin, connus)
        print(f"{poids // 1000:4} ko {chemin}")
        if poids > BUDGET and chemin not in SAUF:
            lourdes[chemin] = poids
        if hotes != {urlsplit(live_server.url).netloc}:
            bavardes[chemin] = hotes
    assert (lourdes, bavardes) == ({}, {})
