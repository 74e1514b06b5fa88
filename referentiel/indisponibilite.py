"""Which failures time mends, and which are ours: the first are answered 503 and tried again, the second 500.

Judged by what PostgreSQL and the system say (SQLSTATE, errno), never by a message. Errors come as Django's, whose
cause is psycopg's, or as psycopg's own, from the paths that do without Django's cursors.
"""

import errno
from collections.abc import Iterator
from enum import Enum

import psycopg
from django.db import InterfaceError, OperationalError, connections


class Absence(Enum):
    #: PostgreSQL is away, or will not work now: stopping, full, out of memory or connections, a lock not obtained.
    BASE = "base de données indisponible"
    #: It may only be read: a standby, or a primary that became one.
    LECTURE_SEULE = "base de données en lecture seule"
    #: A table, a column or a function is missing: the structure is not that of this version, yet or any more.
    STRUCTURE = "structure de la base de données en cours de mise à jour"
    #: No room, or no file, where this process writes.
    DISQUE = "disque du serveur plein ou en panne"


_LECTURE_SEULE = "25006"
# undefined_table, undefined_column, undefined_function, undefined_object, invalid_schema_name
_STRUCTURE = frozenset({"42P01", "42703", "42883", "42704", "3F000"})
# Connection, rollback forced by others, resources, intervention of an operator, system; then lock_not_available.
_CLASSES = ("08", "40", "53", "57", "58")
_BASE = frozenset({"55P03"})
# What was asked in a transaction already failed: the reason is the error before.
_SUITES = frozenset({"25P02"})
_DISQUE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE})


def absence(erreur: BaseException | None) -> Absence | None:
    """What is missing for now; None when the failure is not of that kind."""
    for une in _chaine(erreur):
        if (trouvee := _juger(une)) is not None:
            return trouvee
    return None


def changer_de_serveur(manque: Absence | None) -> None:
    """A primary that became a standby keeps its connections: without this, they would be refused for ever, where a new
    one reaches the new primary."""
    if manque is Absence.LECTURE_SEULE:
        for connexion in connections.all(initialized_only=True):
            if not connexion.in_atomic_block:
                connexion.close()


def _juger(erreur: BaseException) -> Absence | None:
    if isinstance(erreur, OSError) and erreur.errno in _DISQUE:
        return Absence.DISQUE
    etat = getattr(erreur, "sqlstate", None)
    if etat == _LECTURE_SEULE:
        return Absence.LECTURE_SEULE
    if etat in _STRUCTURE:
        return Absence.STRUCTURE
    if etat is not None:
        return Absence.BASE if etat[:2] in _CLASSES or etat in _BASE else None
    # Without a code it is libpq that speaks: the connection has died. Django's own wrap one that is judged next.
    if isinstance(erreur, psycopg.OperationalError | psycopg.InterfaceError):
        return Absence.BASE
    if type(erreur) is psycopg.DatabaseError:
        return Absence.BASE
    if isinstance(erreur, OperationalError | InterfaceError) and erreur.__cause__ is None:
        return Absence.BASE
    return None


def _chaine(erreur: BaseException | None) -> Iterator[BaseException]:
    vues: set[int] = set()
    while erreur is not None and id(erreur) not in vues:
        vues.add(id(erreur))
        yield erreur
        suite = erreur.__cause__
        if suite is None and getattr(erreur, "sqlstate", None) in _SUITES:
            suite = erreur.__context__
        erreur = suite
