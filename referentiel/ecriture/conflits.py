"""Retries an act from its beginning when a concurrent transaction made it fail."""

from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from django.db import DatabaseError

ESSAIS = 5

_DEADLOCK, _SERIALISATION = "40P01", "40001"
#: The student of an inscription went away, merged into another or with the withdrawn deposit that had created them.
_DISPARU = "23503"
#: A statement that was prepared before a migration changed what it returns.
_PERIME = {"26000", "0A000"}
#: The INE of a student to be created was replaced meanwhile; the same inscription was created meanwhile, and met in the
#: former of its two unique indexes, which no statement arbitrates on.
_CONTRAINTES = {"ine_non_remplace", "inscription_cle_naturelle"}

_FUSIONS = "hashtext('referentiel_fusions_d_etudiants')"

Resultat = TypeVar("Resultat")


class Depasse(Exception):
    """Data that the act had read changed meanwhile. Raised inside its transaction, to roll it back."""


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


def une_fusion_a_la_fois(curseur: Any) -> None:
    """For a merge of students: wait for the end of any other merge and of the work that forbids merges."""
    curseur.execute(f"SELECT pg_advisory_xact_lock({_FUSIONS})")


def suspendre_les_fusions(curseur: Any) -> None:
    """Forbid merges of students until the end of this transaction: for long work that a merge has already made fail
    once."""
    curseur.execute(f"SELECT pg_advisory_xact_lock_shared({_FUSIONS})")


def _est_un_conflit(erreur: DatabaseError) -> bool:
    """Whether the failure is one that a retry may solve."""
    cause = erreur.__cause__
    if getattr(cause, "sqlstate", None) in {_DEADLOCK, _SERIALISATION, _DISPARU, *_PERIME}:
        return True
    return isinstance(cause, psycopg.Error) and cause.diag.constraint_name in _CONTRAINTES
