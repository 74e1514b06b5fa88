"""The yardsticks: bare applications that do the search by INE, and nothing else.

Same statement as the product's search, prepared; no token, quota, scopes, journal nor Django. One is WSGI, with a
connection a thread; the other ASGI, with four connections.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import orjson
import psycopg

from referentiel.calendrier import debut_historique
from referentiel.recherche import SQL_INE, parametres_ine

CONNEXIONS_ASGI = 4

_SQL = SQL_INE.format(fictif="false")
_ENTETES = ("Content-Type", "application/json")
_fil = threading.local()
_libres: asyncio.Queue[psycopg.AsyncConnection] | None = None


def _parametres(requete: str) -> tuple[object, ...]:
    aujourdhui = date.today()  # noqa: DTZ011
    return parametres_ine(ine=requete.partition("ine=")[2], depuis=debut_historique(aujourdhui, 0))


def _corps(curseur: Any, lignes: list[tuple[Any, ...]]) -> bytes:
    noms = [colonne.name for colonne in curseur.description]
    return orjson.dumps([dict(zip(noms, ligne, strict=True)) for ligne in lignes])


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    connexion = getattr(_fil, "connexion", None)
    if connexion is None:
        connexion = _fil.connexion = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    curseur = connexion.execute(_SQL, _parametres(environ["QUERY_STRING"]), prepare=True)
    corps = _corps(curseur, curseur.fetchall())
    start_response("200 OK", [_ENTETES, ("Content-Length", str(len(corps)))])
    return [corps]


async def application_asgi(scope: dict[str, Any], recevoir: Any, envoyer: Any) -> None:
    if scope["type"] != "http":
        return
    global _libres
    if _libres is None:
        _libres = asyncio.Queue()
        for _ in range(CONNEXIONS_ASGI):
            _libres.put_nowait(
                await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True)
            )
    connexion = await _libres.get()
    try:
        curseur = await connexion.execute(_SQL, _parametres(scope["query_string"].decode()), prepare=True)
        corps = _corps(curseur, await curseur.fetchall())
    finally:
        _libres.put_nowait(connexion)
    entetes = [
        (nom.lower().encode(), valeur.encode())
        for nom, valeur in (_ENTETES, ("Content-Length", str(len(corps))))
    ]
    await envoyer({"type": "http.response.start", "status": 200, "headers": entetes})
    await envoyer({"type": "http.response.body", "body": corps})
