"""Straight statements to PostgreSQL for the few paths where each microsecond is paid thousands of times a second.

Same connection as the ORM's, hence same transaction. Statements are prepared once a connection, then executed by
libpq's own call, values as text: a psycopg cursor costs three times as much, for adaptations that these few statements
do without. They are constants of the code; values are bound by the server.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import count
from typing import Any, LiteralString
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import abc
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

_REUSSITES = {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}
#: The statement is to be prepared again: `DISCARD ALL`, or a migration that changed what it returns.
PERIMEES = (psycopg.errors.InvalidSqlStatementName, psycopg.errors.FeatureNotSupported)


class ConnexionPerdue(psycopg.OperationalError):
    """The connection died before the statement's answer came."""


def executer(
    sql: LiteralString, parametres: Sequence[object], *, rejouable: bool = True
) -> list[tuple[Any, ...]]:
    """Run one statement (`%s` stands for a value); its rows, or an empty list when it returns none.

    A connection found dead (PostgreSQL restarted since the last request) is opened again, once. `rejouable` is false
    for what must not be done twice: nothing tells whether it was done before the connection died.

    Raises django.db.OperationalError or InterfaceError when the database is away.
    """
    # Looked up once: each look at `django.db.connection` goes through the context of the current thread.
    connexion = connections[DEFAULT_DB_ALIAS]
    try:
        return _executer(connexion, sql, parametres)
    except (OperationalError, InterfaceError) as erreur:
        if connexion.in_atomic_block or not rejouable or not _perdue(connexion, erreur):
            raise
        connexion.close()
        return _executer(connexion, sql, parametres)


class CurseurPrepare:
    """What is asked of a cursor, for statements that cost more to plan than to run: `%(nom)s` stands for a value.

    Each value's type must be told by the statement (`%(lot)s::bigint`). Errors are those of `executer`.
    """

    def __init__(self) -> None:
        self._lignes: list[tuple[Any, ...]] = []

    def execute(self, sql: LiteralString, parametres: Mapping[str, object]) -> None:
        enonce, noms = _positions(sql)
        self._lignes = executer(enonce, [parametres[nom] for nom in noms], rejouable=False)

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._lignes.pop(0) if self._lignes else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        lignes, self._lignes = self._lignes, []
        return lignes


@cache
def _positions(sql: LiteralString) -> tuple[LiteralString, tuple[str, ...]]:
    """The statement with `%s` for each value, and the names of these, in order."""
    return re.sub(r"%\(\w+\)s", "%s", sql), tuple(re.findall(r"%\((\w+)\)s", sql))


def _executer(
    connexion: DatabaseWrapper, sql: LiteralString, parametres: Sequence[object]
) -> list[tuple[Any, ...]]:
    with connexion.wrap_database_errors:
        if connexion.connection is None:
            connexion.ensure_connection()
        session = _session(connexion)
        try:
            return session.executer(sql, parametres)
        except PERIMEES:
            session.oublier()
            # The transaction is lost: whoever holds it may begin again (`ecriture.conflits`).
            if connexion.in_atomic_block:
                raise
            return session.executer(sql, parametres)


def _perdue(connexion: DatabaseWrapper, erreur: Exception) -> bool:
    fermee = connexion.connection is not None and connexion.connection.closed
    return fermee or isinstance(erreur.__cause__, ConnexionPerdue)


class _Session:
    """A connection, and what was prepared on it."""

    def __init__(self, connexion: psycopg.Connection[Any]) -> None:
        self.connexion = connexion
        self._pg = connexion.pgconn
        self._adaptation = Transformer(connexion)
        self._noms: dict[str, bytes] = {}
        self._numeros = count()

    def executer(self, sql: str, parametres: Sequence[object]) -> list[tuple[Any, ...]]:
        if settings.DATABASE_POOLER:
            # Prepared on one connection of the pool, it would be asked of another.
            resultat = self._pg.exec_params(numeroter(sql), octets(parametres))
            return lire(self._adaptation, self._reussi(resultat))
        nom = self._noms.get(sql) or self._preparer(sql)
        return lire(self._adaptation, self._reussi(self._pg.exec_prepared(nom, octets(parametres))))

    def oublier(self) -> None:
        """What made one statement outdated did so to others: all are prepared again."""
        self._noms.clear()

    def _preparer(self, sql: str) -> bytes:
        nom = b"direct_%d" % next(self._numeros)
        self._reussi(self._pg.prepare(nom, numeroter(sql)))
        self._noms[sql] = nom
        return nom

    def _reussi(self, resultat: PGresult) -> PGresult:
        return reussi(self._pg, resultat)


_sessions: WeakKeyDictionary[DatabaseWrapper, _Session] = WeakKeyDictionary()


def _session(connexion: DatabaseWrapper) -> _Session:
    session = _sessions.get(connexion)
    if session is None or session.connexion is not connexion.connection:
        session = _sessions[connexion] = _Session(connexion.connection)
    # What psycopg does before a statement: inside `atomic()`, the transaction starts with the first of them.
    psy = session.connexion
    if not psy.autocommit and psy.pgconn.transaction_status == TransactionStatus.IDLE:
        psy.execute("")
    return session


# --- what connections outside Django's share with these (`api.liaison`, `retard_de_replique`)

#: What only Django's own cursors understand.
_DE_DJANGO = {"cursor_factory", "context", "prepare_threshold", "server_side_binding"}


def parametres_de_connexion(autre: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What `psycopg.connect` takes, to go where Django goes; `autre`: the settings of that database that differ."""
    base = connections[DEFAULT_DB_ALIAS]
    if autre:
        base = type(base)({**base.settings_dict, "HOST": "", "PORT": "", **autre}, DEFAULT_DB_ALIAS)
    return {nom: valeur for nom, valeur in base.get_connection_params().items() if nom not in _DE_DJANGO}


def numeroter(sql: str) -> bytes:
    """The statement as PostgreSQL prepares it: its `%s` numbered."""
    rangs = count(1)
    return re.sub("%s", lambda _: f"${next(rangs)}", sql).encode()


def reussi(pg: PGconn, resultat: PGresult) -> PGresult:
    """The result, when it is not an error. Raises psycopg.Error."""
    if resultat.status in _REUSSITES:
        return resultat
    # PostgreSQL gives every error of its own a code: one that has none is libpq's, whose connection has died.
    if pg.status == ConnStatus.BAD or resultat.error_field(DiagnosticField.SQLSTATE) is None:
        raise ConnexionPerdue("connexion à PostgreSQL perdue")
    raise psycopg.errors.error_from_result(resultat)


def lire(adaptation: abc.Transformer, resultat: PGresult) -> list[tuple[Any, ...]]:
    """The rows, values as psycopg gives them."""
    if not resultat.ntuples:
        return []
    adaptation.set_pgresult(resultat)
    return adaptation.load_rows(0, resultat.ntuples, tuple)


def octets(parametres: Sequence[object]) -> list[bytes | None]:
    """The values as PostgreSQL reads them. Raises psycopg.DataError for a NUL, TypeError for an unknown type."""
    return [_octets(valeur) for valeur in parametres]


def _octets(valeur: object) -> bytes | None:
    if valeur is None:
        return None
    octets = _texte(valeur).encode()
    if b"\0" in octets:  # libpq would take what comes before it, and PostgreSQL has no text with it
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return octets


def _texte(valeur: object) -> str:
    """The value as PostgreSQL reads it: these types, and no other by accident."""
    if isinstance(valeur, str):
        return valeur
    if isinstance(valeur, int | date | UUID):
        return str(valeur)
    if isinstance(valeur, bytes):
        return rf"\x{valeur.hex()}"
    if isinstance(valeur, list):
        return "{" + ",".join(map(_element, valeur)) + "}"
    raise TypeError(f"{type(valeur).__name__}: bd does not know how to write it")


def _element(valeur: object) -> str:
    return '"' + _texte(valeur).replace("\\", "\\\\").replace('"', '\\"') + '"'
