"""How the checks go, for `/metrics`: counted in memory, written every few seconds, so that a scrape reads the whole
service and not one of its processes.

The calls that wait for FranceConnect never wait for this; while the database is away the counts are kept.
"""

import atexit
import os
import socket
import threading
from collections import Counter

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from statut_etudiant.franceconnect.disjoncteur import Etat

PERIODE = 5  # seconds

_AJOUTER = """
INSERT INTO habilitations_franceconnect_verification AS v (issue, nombre)
SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT (issue) DO UPDATE SET nombre = v.nombre + excluded.nombre
"""
_DISJONCTEUR = """
INSERT INTO habilitations_franceconnect_disjoncteur (processus, etat, vu_le) VALUES (%s, %s, now())
ON CONFLICT (processus) DO UPDATE SET etat = excluded.etat, vu_le = excluded.vu_le
"""


class Mesures:
    def __init__(self) -> None:
        self._comptes: Counter[str] = Counter()
        self._etat = Etat.FERME
        self._ecrit = Etat.FERME
        self._verrou = threading.Lock()
        self._fil: threading.Thread | None = None
        self._fin = threading.Event()

    def compter(self, issue: str) -> None:
        with self._verrou:
            self._comptes[issue] += 1
            self._demarrer()

    def disjoncteur(self, etat: Etat) -> None:
        with self._verrou:
            self._etat = etat
            self._demarrer()

    def ecrire(self) -> None:
        """Write what happened since the last time."""
        with self._verrou:
            comptes, self._comptes = self._comptes, Counter()
            etat = self._etat
        try:
            with connection.cursor() as curseur:
                if comptes:
                    curseur.execute(_AJOUTER, [list(comptes), list(comptes.values())])
                # An open one is written again and again: a process that dies so is forgotten after a while.
                if etat is not self._ecrit or etat is not Etat.FERME:
                    curseur.execute(_DISJONCTEUR, [f"{socket.gethostname()}:{os.getpid()}", etat.value])
                    self._ecrit = etat
        except (OperationalError, InterfaceError):
            with self._verrou:
                self._comptes.update(comptes)

    def _demarrer(self) -> None:
        # The tests write when they want to, and close their database when they have done.
        if self._fil is not None or settings.ENVIRONNEMENT == "test":
            return
        self._fil = threading.Thread(target=self._tourner, daemon=True, name="mesures-franceconnect")
        self._fil.start()
        atexit.register(self._finir)

    def _tourner(self) -> None:
        while not self._fin.wait(PERIODE):
            self.ecrire()
            connection.close()

    def _finir(self) -> None:
        self._fin.set()
        self.ecrire()


mesures = Mesures()
