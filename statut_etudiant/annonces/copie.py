"""What every page needs of the database, and that changes rarely: read once, then again after a while.

A change made by another process is seen `secondes` later at most. While the database is away, or not migrated
yet, what is known stays.
"""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import DatabaseError, InterfaceError

T = TypeVar("T")


class Copie(Generic[T]):
    #: Tests stop it: what they count and see would depend on the time they take.
    active = True

    def __init__(self, lire: Callable[[], T], *, vide: T, secondes: float) -> None:
        self._lire = lire
        self._vide = self._valeur = vide
        self._secondes = secondes
        self._lue: float | None = None

    def valeur(self) -> T:
        if self.active and self._vieille():
            self.relire()
        return self._valeur

    def relire(self) -> None:
        self._lue = time.monotonic()
        try:
            self._valeur = self._lire()
        except (DatabaseError, InterfaceError):
            return  # away, or its structure not made yet: nothing is known to have changed

    def vider(self) -> None:
        self._valeur, self._lue = self._vide, None

    def _vieille(self) -> bool:
        return self._lue is None or time.monotonic() - self._lue > self._secondes
