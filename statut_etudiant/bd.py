"""Straight statements to PostgreSQL for the few paths where each microsecond is paid thousands of times a second.

Same connection as the ORM's, hence same transaction; parameters are bound by the server and statements prepared,
which Django's own cursors do not do.
"""

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import InterfaceError, OperationalError, connection


def executer(sql: LiteralString, parametres: Sequence[object]) -> list[tuple[Any, ...]]:
    """Run one statement; its rows, or an empty list when it returns none.

    A connection found dead (PostgreSQL restarted since the last request) is opened again, once.

    Raises django.db.OperationalError or InterfaceError when the database is away.
    """
    try:
        return _executer(sql, parametres)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block or not _perdue():
            raise
        connection.close()
        return _executer(sql, parametres)


def _executer(sql: LiteralString, parametres: Sequence[object]) -> list[tuple[Any, ...]]:
    with connection.wrap_database_errors:
        if connection.connection is None:
            connection.ensure_connection()
        with psycopg.Cursor(connection.connection) as curseur:
            curseur.execute(sql, parametres, prepare=True)
            return curseur.fetchall() if curseur.description else []


def _perdue() -> bool:
    return connection.connection is not None and connection.connection.closed
