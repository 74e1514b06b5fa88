"""Counting the calls of each token, by day and status, for its holder's consumption page.

Each process adds up in memory and writes every few seconds from a thread of its own: the reading path pays a dictionary
lookup. A killed process loses the last seconds of these figures, and nothing else: what the law wants kept is the
exchange journal, which is committed call by call.
"""

import atexit
import logging
import threading
from collections import Counter

from django.db import InterfaceError, OperationalError, connection

from statut_etudiant.api.jours import jour, tranche
from statut_etudiant.environnement import ENVIRONNEMENT

journal = logging.getLogger(__name__)

PERIODE = 10  # seconds

_AJOUTER = """
INSERT INTO habilitations_consommation AS c (jeton_id, jour, statut, appels)
SELECT jeton_id, jour, statut, sum(appels)
FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::int[]) AS x(jeton_id, jour, statut, appels)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (jeton_id, jour, statut) DO UPDATE SET appels = c.appels + excluded.appels
"""

Cle = tuple[int, int, int]  # token, slice of time, status


class Comptage:
    def __init__(self) -> None:
        self._comptes: Counter[Cle] = Counter()
        self._verrou = threading.Lock()
        self._fil: threading.Thread | None = None
        self._fin = threading.Event()

    def compter(self, jeton_id: int, statut: int) -> None:
        cle = (jeton_id, tranche(), statut)
        with self._verrou:
            self._comptes[cle] += 1
            # The tests write when they want to, and close their database when they have done.
            if self._fil is None and ENVIRONNEMENT != "test":
                self._demarrer()

    def ecrire(self) -> None:
        """Write what was counted since the last time; kept for the next time while the database is away."""
        with self._verrou:
            comptes, self._comptes = self._comptes, Counter()
        if not comptes:
            return
        cles = list(comptes)
        try:
            with connection.cursor() as curseur:
                curseur.execute(
                    _AJOUTER,
                    [
                        [cle[0] for cle in cles],
                        [jour(cle[1]) for cle in cles],
                        [cle[2] for cle in cles],
                        [comptes[cle] for cle in cles],
                    ],
                )
        except (OperationalError, InterfaceError):
            journal.warning("comptage des appels remis à plus tard")
            with self._verrou:
                self._comptes.update(comptes)

    def _demarrer(self) -> None:
        self._fil = threading.Thread(target=self._tourner, daemon=True, name="comptage")
        self._fil.start()
        atexit.register(self._finir)

    def _tourner(self) -> None:
        while not self._fin.wait(PERIODE):
            self.ecrire()
            connection.close()

    def _finir(self) -> None:
        self._fin.set()
        self.ecrire()


comptage = Comptage()
