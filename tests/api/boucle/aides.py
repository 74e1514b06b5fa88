"""The web server's loop, in this process: what granian would give the application, and what it answers."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import urlencode

from statut_etudiant.api.asgi import Application


class Recu(NamedTuple):
    statut: int
    entetes: dict[str, str]
    corps: bytes


async def appeler(
    application: Application,
    chemin: str,
    parametres: dict[str, Any] | bytes,
    entetes: dict[str, str],
    methode: str = "GET",
    corps: bytes = b"",
) -> Recu:
    messages: list[dict[str, Any]] = []

    async def recevoir() -> dict[str, Any]:
        return {"type": "http.request", "body": corps, "more_body": False}

    async def envoyer(message: dict[str, Any]) -> None:
        messages.append(message)

    await application(
        {
            "type": "http",
            "http_version": "1.1",
            "method": methode,
            "path": chemin,
            "query_string": parametres if isinstance(parametres, bytes) else urlencode(parametres).encode(),
            "headers": [(nom.lower().encode(), valeur.encode()) for nom, valeur in entetes.items()],
            "client": ("127.0.0.1", 1234),
            "server": ("127.0.0.1", 80),
        },
        recevoir,
        envoyer,
    )
    debut, *suite = messages
    recus = {nom.decode(): valeur.decode() for nom, valeur in debut["headers"]}
    return Recu(debut["status"], recus, b"".join(message.get("body", b"") for message in suite))


def sur_une_boucle(scenario: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run it to its end, in a thread of its own: Playwright keeps a loop in the main one once a browser was opened."""
    with ThreadPoolExecutor(1) as fil:
        return fil.submit(lambda: asyncio.run(scenario())).result()


async def _sans_site(scope: Any, recevoir: Any, envoyer: Any) -> None:
    await envoyer({"type": "http.response.start", "status": 418, "headers": []})
    await envoyer({"type": "http.response.body", "body": b"le reste du site"})


def boucle(scenario: Any, site: Any = _sans_site) -> Any:
    """Run `scenario(application)` on a loop of its own; the rest of the site answers 418."""

    async def jouer() -> Any:
        application = Application(site)
        try:
            return await scenario(application)
        finally:
            if application._moyens is not None:
                application._moyens.fermer()

    return sur_une_boucle(jouer)


async def ensemble(*coroutines: Coroutine[Any, Any, Any]) -> list[Any]:
    return await asyncio.gather(*coroutines, return_exceptions=True)
