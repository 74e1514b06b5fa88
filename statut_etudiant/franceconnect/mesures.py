"""How the checks go, for `/metrics`: counted in memory, written every few seconds, so that a scrape reads the whole
service and not one of its processes.

The calls that wait for FranceConnect never wait for this; while the database is away the counts are kept.
"""

import os
import socket
from contextlib import suppress

from django.db import InterfaceError, OperationalError, connection

from statut_etudiant.differe import Cumul
from statut_etudiant.franceconnect.disjoncteur import Etat

_AJOUTER = """
INSERT INTO habilitations_franceconnect_verification AS v (issue, nombre)
SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT (issue) DO UPDATE SET nombre = v.nombre + excluded.nombre
"""
_DISJONCTEUR = """
INSERT INTO habilitations_franceconnect_disjoncteur (processus, etat, vu_le) VALUES (%s, %s, now())
ON CONFLICT (processus) DO UPDATE SET etat = excluded.etat, vu_le = excluded.vu_le
"""


class Mesures(Cumul[str]):
    nom = "mesures-franceconnect"
    periode = 5.0

    def __init__(self) -> None:
        super().__init__()
        self._etat = Etat.FERME
        self._ecrit = Etat.FERME

    def compter(self, issue: str) -> None:
        self.ajouter({issue: 1})

    def disjoncteur(self, etat: Etat) -> None:
        self._etat = etat
        self.ajouter({})  # nothing, but it is written from now on

    def ecrire(self) -> None:
        super().ecrire()
        etat = self._etat
        # An open one is written again and again: a process that dies so is forgotten after a while.
        if etat is self._ecrit and etat is Etat.FERME:
            return
        with suppress(OperationalError, InterfaceError), connection.cursor() as curseur:
            curseur.execute(_DISJONCTEUR, [f"{socket.gethostname()}:{os.getpid()}", etat.value])
            self._ecrit = etat

    def enregistrer(self, sommes: dict[str, int]) -> None:
        with connection.cursor() as curseur:
            curseur.execute(_AJOUTER, [list(sommes), list(sommes.values())])


mesures = Mesures()
