"""Writers that meet: an act that another transaction stood in the way of is done again, from its beginning."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError

ESSAIS = 5

_DEADLOCK, _SERIALISATION = "40P01", "40001"
#: The student of an inscription went away with the withdrawn deposit that had created them.
_DISPARU = "23503"

Resultat = TypeVar("Resultat")


class Depasse(Exception):
    """What the act relied on changed while it was being done. Raised in its transaction, to undo it."""


def rejouer(acte: Callable[[], Resultat]) -> Resultat:
    """Do an act that holds its own transaction, as many times as conflicts require, within reason."""
    for _ in range(ESSAIS - 1):
        try:
            return acte()
        except Depasse:
            pass
        except DatabaseError as conflit:
            if not _est_un_conflit(conflit):
                raise
    return acte()


def _est_un_conflit(erreur: DatabaseError) -> bool:
    """The same work may succeed now."""
    return getattr(erreur.__cause__, "sqlstate", None) in {_DEADLOCK, _SERIALISATION, _DISPARU}
