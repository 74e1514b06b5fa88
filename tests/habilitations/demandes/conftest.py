"""A real browser, signed in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def ouvrir(live_server: Any, navigateur: Any, client: Any, settings: Any) -> Iterator[Callable[..., Any]]:
    """A page of a signed-in person; whatever the console complains of fails the test."""
    plaintes: list[str] = []
    contextes = []

    def _ouvrir(compte: Any, chemin: str, **options: Any) -> Any:
        client.force_login(compte)
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        contexte = navigateur.new_context(reduced_motion="reduce", locale="fr-FR", **options)
        contextes.append(contexte)
        nom = settings.SESSION_COOKIE_NAME
        contexte.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": live_server.url}])
        page = contexte.new_page()
        page.on("console", lambda message: plaintes.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda erreur: plaintes.append(str(erreur)))
        page.goto(live_server.url + chemin)
        return page

    _ouvrir.plaintes = plaintes
    yield _ouvrir
    for contexte in contextes:
        contexte.close()
    assert plaintes == []
