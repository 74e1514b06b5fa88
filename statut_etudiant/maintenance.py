"""Declared maintenance: the one gate that the API's doors, the pages and the workers ask.

Two ways of declaring it: `MAINTENANCE_JUSQUA`, which begins at once, and the windows that somebody declared ahead, read
from where they are kept by the function given to `lire_les_fenetres_par`. They are read in a thread of their own, now
and then, and kept in memory: the reading path compares instants and asks nobody, and a database that is stopped during
the maintenance takes nothing away.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

journal = logging.getLogger(__name__)

#: Seconds between two readings of the declared windows.
RELIRE = 15


class Fenetre(NamedTuple):
    """From `debut`, included, to `fin`. `raison`: what people are told of it, in French; may be empty."""

    debut: datetime
    fin: datetime
    raison: str = ""


Lecteur = Callable[[], Iterable[Fenetre]]


class _Declarees:
    """The windows declared ahead, as they were last read."""

    def __init__(self) -> None:
        self.fenetres: tuple[Fenetre, ...] = ()
        self.lecteur: Lecteur | None = None
        self.a_relire = 0.0
        self._verrou = threading.Lock()

    def connues(self) -> tuple[Fenetre, ...]:
        if self.lecteur is not None and time.monotonic() >= self.a_relire:
            self.a_relire = time.monotonic() + RELIRE
            threading.Thread(target=self._a_part, daemon=True, name="maintenance").start()
        return self.fenetres

    def relire(self) -> None:
        assert self.lecteur is not None  # noqa: S101 - asked by who gave it
        with self._verrou:
            try:
                self.fenetres = tuple(self.lecteur())
            except DatabaseError:
                journal.warning("fenêtres de maintenance non relues : la base de données ne répond pas")

    def _a_part(self) -> None:
        try:
            self.relire()
        finally:
            connections.close_all()


_declarees = _Declarees()


def lire_les_fenetres_par(lecteur: Lecteur | None) -> None:
    """Say who reads the windows that are not over; None: nobody does."""
    _declarees.lecteur = lecteur
    _declarees.a_relire = 0.0
    if lecteur is None:
        _declarees.fenetres = ()


def relire() -> None:
    """Read the declared windows now: for who has just declared one."""
    _declarees.relire()


@lru_cache(maxsize=8)
def _instant(texte: str) -> datetime:
    instant = datetime.fromisoformat(texte)
    return instant if instant.tzinfo else timezone.make_aware(instant)


def en_cours() -> Fenetre | None:
    """The maintenance under way, whoever declared it: the one that ends last when there are several."""
    declarees = _declarees.connues()
    if not declarees and not settings.MAINTENANCE_JUSQUA:
        return None
    maintenant = timezone.now()
    ouvertes = [une for une in declarees if une.debut <= maintenant < une.fin]
    if settings.MAINTENANCE_JUSQUA and (fin := _instant(settings.MAINTENANCE_JUSQUA)) > maintenant:
        ouvertes.append(Fenetre(maintenant, fin))
    return max(ouvertes, key=lambda une: une.fin, default=None)


def attente() -> int | None:
    """Seconds until the end of the maintenance under way; None when there is none."""
    fenetre = en_cours()
    return None if fenetre is None else secondes_avant(fenetre.fin)


def secondes_avant(fin: datetime) -> int:
    """What `Retry-After` says: at least one, for the window may end meanwhile."""
    return max(1, ceil((fin - timezone.now()).total_seconds()))
