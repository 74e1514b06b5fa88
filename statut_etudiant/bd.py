"""Straight statements to PostgreSQL for the few paths where each microsecond is paid thousands of times a second.

Same connection as the ORM's, hence same transaction; parameters are bound by the server and statements prepared,
which Django's own cursors do not do.
"""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper


def executer(sql: LiteralString, parametres: Sequence[object]) -> list[tuple[Any, ...]]:
    """Run one statement; its rows, or an empty list when it returns none.

    A connection found dead (PostgreSQL restarted since the last request) is opened again, once.

    Raises django.db.OperationalError or InterfaceError when the database is away.
    """
    # Looked up once: each look at `django.db.connection` goes through the context of the current thread.
    connexion = connections[DEFAULT_DB_ALIAS]
    try:
        return _executer(connexion, sql, parametres)
    except (OperationalError, InterfaceError):
        if connexion.in_atomic_block or not _perdue(connexion):
            raise
        connexion.close()
        return _executer(connexion, sql, parametres)


def _executer(
    connexion: DatabaseWrapper, sql: LiteralString, parametres: Sequence[object]
) -> list[tuple[Any, ...]]:
    with connexion.wrap_database_errors:
        if connexion.connection is None:
            connexion.ensure_connection()
        with psycopg.Cursor(connexion.connection) as curseur:
            curseur.execute(sql, parametres, prepare=True)
            # Not `description`, which describes each column in Python to say whether there are any.
            resultat = curseur.pgresult
            return curseur.fetchall() if resultat is not None and resultat.nfields else []


def _perdue(connexion: DatabaseWrapper) -> bool:
    return connexion.connection is not None and connexion.connection.closed


def tableau(mots: Iterable[str]) -> str:
    """A PostgreSQL array of plain words (codes of ours, hexadecimal), as the text that its cast reads.

    psycopg looks for the type of a list at each call, element by element.
    """
    return "{" + ",".join(mots) + "}"
