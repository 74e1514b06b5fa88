"""Signs of life of what serves no call: the scheduler, the workers, the broker between them, the backups.

Written by those who live, in the database: `/metrics` tells how old each is, whichever process is asked. A sign that
cannot be written stops nobody.
"""

import time
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connection

BEAT = "beat"
TACHE = "tache"
CERTIFICAT = "certificat"
SAUVEGARDE = "sauvegarde"

#: Seconds without a word after which the place of the scheduler is free.
BAIL = 30
#: Seconds between two signs of one worker process: tasks are many.
ESPACEMENT = 10.0

_NOTER = """
INSERT INTO disponibilite_signedevie AS s (nom, vu_le, porteur, valeur) VALUES (%s, coalesce(%s, now()), '', %s)
ON CONFLICT (nom) DO UPDATE SET vu_le = excluded.vu_le, valeur = excluded.valeur
"""
_TENIR = """
INSERT INTO disponibilite_signedevie AS s (nom, vu_le, porteur) VALUES (%s, now(), %s)
ON CONFLICT (nom) DO UPDATE SET vu_le = now(), porteur = excluded.porteur
WHERE s.porteur IN (excluded.porteur, '') OR s.vu_le < now() - %s * interval '1 second'
RETURNING true
"""
_RENDRE = "UPDATE disponibilite_signedevie SET porteur = '' WHERE nom = %s AND porteur = %s"


def noter(nom: str, *, vu_le: datetime | None = None, valeur: float | None = None) -> None:
    """Seen at work, now or then. Raises DatabaseError."""
    with connection.cursor() as curseur:
        curseur.execute(_NOTER, [nom, vu_le, valeur])


def tenir(nom: str, porteur: str) -> bool:
    """Whether this process holds the place that only one may hold: taken when it is free, kept by asking again."""
    with connection.cursor() as curseur:
        curseur.execute(_TENIR, [nom, porteur, BAIL])
        return curseur.fetchone() is not None


def rendre(nom: str, porteur: str) -> None:
    """Leave the place to the next one at once."""
    with connection.cursor() as curseur:
        curseur.execute(_RENDRE, [nom, porteur])


class _Ouvrage:
    """What this worker process has to say, and when it last said it."""

    retard: float | None = None
    dit = -ESPACEMENT


def message_recu(retard: float) -> None:
    """A task begins, `retard` seconds after it was asked for."""
    # Two machines' clocks may differ a little.
    _Ouvrage.retard = max(0.0, retard)


def tache_faite() -> None:
    """A task ends, well or not."""
    if time.monotonic() - _Ouvrage.dit < ESPACEMENT:
        return
    with suppress(DatabaseError, InterfaceError):
        noter(TACHE, valeur=_Ouvrage.retard)
        _Ouvrage.dit = time.monotonic()
