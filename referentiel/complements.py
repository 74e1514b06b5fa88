"""The communes as every process knows them: the Code officiel géographique shipped with the product, and what the
ministry has added to it or corrected in it since (`referentiel.imports.listes.communes`).

Additions are rows of the table of communes (`ajoutee_le`). `reference()` looks at the last one, at most once a minute,
by one statement that reads one index entry: what was imported is known everywhere a minute later, and at once in the
process that imported it. ADR 0012 says why.

One thread looks and loads for all: reading 38,890 communes in sixteen threads at once would stop a web process for
seconds.
"""

import datetime
from threading import Lock
from time import monotonic
from typing import NamedTuple

from django.db import connection

from referentiel import communes
from referentiel.communes import ReferenceCommunes

#: Seconds between two checks for additions by a process.
SECONDES = 60.0
#: Seconds before the end of them in which who must not wait has the check made elsewhere.
MARGE = 2.0


class _Connue(NamedTuple):
    version: datetime.datetime | None
    reference: ReferenceCommunes
    verifiee: float


_connue: _Connue | None = None
_verrou = Lock()


def reference() -> ReferenceCommunes:
    """The communes shipped and those added since. While a thread looks for additions, the others use what was known."""
    global _connue
    connue = _connue
    if connue is not None and _servie(connue, jusqu_a=SECONDES):
        return connue.reference
    with _verrou:
        maintenant = monotonic()
        if _connue is None or maintenant >= _connue.verifiee + SECONDES:
            version = _version()
            if _connue is not None and version == _connue.version:
                _connue = _connue._replace(verifiee=maintenant)
            else:
                _connue = _Connue(version, _charger() if version else _livree(), maintenant)
        return _connue.reference


def sous_la_main() -> bool:
    """Whether `reference` answers at once, without reading anything: for who must not wait.

    True a little less long than `reference` is served: who asks, then calls it, must not find that its time has run out
    in between, and read the database on a loop where that is refused.
    """
    connue = _connue
    return connue is not None and _servie(connue, jusqu_a=SECONDES - MARGE)


def _servie(connue: _Connue, *, jusqu_a: float) -> bool:
    return monotonic() < connue.verifiee + jusqu_a or _verrou.locked()


def oublier() -> None:
    """Make the next call of `reference` check the table."""
    global _connue
    with _verrou:  # waits for a thread that is reading the table, whose result would be older
        _connue = None


def _version() -> datetime.datetime | None:
    # Not through the ORM's cursors: the number of queries counted for a page must not depend on the time of day.
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as curseur:
        (version,) = curseur.execute("SELECT max(ajoutee_le) FROM referentiel_commune").fetchone()
    derniere: datetime.datetime | None = version
    return derniere


def _charger() -> ReferenceCommunes:
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as curseur:
        curseur.execute(
            "SELECT code, nom, type, departement, code_actuel, codes_postaux FROM referentiel_commune "
            "WHERE ajoutee_le IS NOT NULL ORDER BY code"
        )
        completee = communes.reference().avec(curseur.fetchall())
    completee.preparer()
    return completee


def _livree() -> ReferenceCommunes:
    livree = communes.reference()
    livree.preparer()
    return livree
