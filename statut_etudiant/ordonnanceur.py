"""Celery's scheduler, of which one alone sends: a second one started by mistake, or kept ready, does nothing.

The place is a row of the database, held by asking for it again (`disponibilite.signes`). The others follow the calendar
without sending, so that whoever takes over goes on from there. While the database is away nobody can take the place:
whoever held it keeps sending, for the measures of availability are then what is needed.
"""

import logging
import os
import signal
import socket
import time
from typing import Any, NoReturn

from celery.beat import PersistentScheduler
from celery.signals import beat_init
from django.db import DatabaseError, InterfaceError, connection

from statut_etudiant.disponibilite import signes

journal = logging.getLogger(__name__)

#: Seconds between two signs of life, and the longest sleep.
PAS = 5.0


class Planificateur(PersistentScheduler):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._porteur = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        self._tient = False
        self._prochain = 0.0
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        self._tenir()
        return min(float(super().tick(*args, **kwargs)), PAS)

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        if self._tient:
            super().apply_entry(entry, producer=producer)

    def close(self) -> None:
        if self._tient:
            try:
                signes.rendre(signes.BEAT, self._porteur)
            except (DatabaseError, InterfaceError):
                journal.warning("planificateur : place rendue plus tard, la base de données ne répond pas")
        super().close()

    def _tenir(self) -> None:
        if time.monotonic() < self._prochain:
            return
        self._prochain = time.monotonic() + PAS
        try:
            tient = signes.tenir(signes.BEAT, self._porteur)
        except (DatabaseError, InterfaceError):
            connection.close()
            journal.warning("planificateur : la base de données ne répond pas")
            return
        if tient != self._tient:
            self._tient = tient
            journal.info("planificateur : celui qui envoie" if tient else "planificateur : un autre envoie")


@beat_init.connect(weak=False)
def s_arreter_proprement(**_: Any) -> None:
    """Celery closes everything within its signal handler: in the middle of a message, it would wait for itself."""

    def arreter(*_: Any) -> NoReturn:
        raise SystemExit

    for ordre in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ordre, arreter)
