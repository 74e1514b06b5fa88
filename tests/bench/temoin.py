"""The yardstick: a bare WSGI application that does the search by INE, and nothing else.

Same statement as the product's search, prepared, one connection a thread; no token, quota, scopes, journal nor Django.
"""

import os
import threading
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import orjson
import psycopg

from referentiel.calendrier import debut_historique
from referentiel.recherche import SQL_INE, parametres_ine

_SQL = SQL_INE.format(fictif="false")
_fil = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    connexion = getattr(_fil, "connexion", None)
    if connexion is None:
        connexion = _fil.connexion = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    ine = environ["QUERY_STRING"].partition("ine=")[2]
    aujourdhui = date.today()  # noqa: DTZ011
    curseur = connexion.execute(
        _SQL, parametres_ine(ine=ine, depuis=debut_historique(aujourdhui, 0)), prepare=True
    )
    noms = [colonne.name for colonne in curseur.description]
    corps = orjson.dumps([dict(zip(noms, ligne, strict=True)) for ligne in curseur.fetchall()])
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(corps)))])
    return [corps]
