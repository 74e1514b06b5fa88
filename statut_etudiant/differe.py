"""Figures that each process adds up in memory and writes now and then: who is counted never waits for the database.

They are written once more when the process stops (`finir`, which the web server's end calls, and Python's). A process
that is killed loses the last seconds of them, and nothing else: what the law wants kept is written call by call.
"""

import atexit
import logging
import threading
from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakSet

from django.db import connection

from referentiel.indisponibilite import absence
from statut_etudiant.environnement import ENVIRONNEMENT

C = TypeVar("C", bound=Hashable)

journal = logging.getLogger(__name__)

#: Seconds that a process which stops gives to its last figures.
DERNIER_DELAI = 5.0


class Cumul(Generic[C]):
    """Sums by key. Whoever inherits says how they are written (`enregistrer`), all or nothing."""

    periode: ClassVar[float] = 10.0  # seconds
    nom: ClassVar[str]
    _vivants: ClassVar["WeakSet[Cumul[Any]]"] = WeakSet()

    def __init__(self) -> None:
        self._sommes: dict[C, int] = {}
        self._verrou = threading.Lock()
        self._fil: threading.Thread | None = None
        self._fin = threading.Event()

    def enregistrer(self, sommes: dict[C, int]) -> None:
        raise NotImplementedError

    def ajouter(self, nombres: Mapping[C, int]) -> None:
        with self._verrou:
            self._additionner(nombres)
            self._vivants.add(self)
            # The tests write when they want to, and close their database when they have done.
            if self._fil is None and ENVIRONNEMENT != "test":
                self._demarrer()

    def ecrire(self) -> None:
        """Write what was added since the last time; kept for the next time while the database is away."""
        with self._verrou:
            sommes, self._sommes = self._sommes, {}
        if not sommes:
            return
        try:
            self.enregistrer(sommes)
        except Exception as erreur:
            if absence(erreur) is None:
                raise
            journal.warning("chiffres écrits plus tard", extra={"faits": {"nom": self.nom}})
            with self._verrou:
                self._additionner(sommes)

    def _additionner(self, nombres: Mapping[C, int]) -> None:
        for cle, nombre in nombres.items():
            self._sommes[cle] = self._sommes.get(cle, 0) + nombre

    def _demarrer(self) -> None:
        atexit.register(finir)  # as often as there are sums: nothing is left for the second time
        self._fil = threading.Thread(target=self._tourner, daemon=True, name=self.nom)
        self._fil.start()

    def _tourner(self) -> None:
        while not self._fin.wait(self.periode):
            self._ecrire_a_part()

    def _ecrire_a_part(self) -> None:
        try:
            self.ecrire()
        except Exception:  # noqa: BLE001 (told, and the thread goes on: the next figures are not to blame)
            journal.exception("chiffres perdus", extra={"faits": {"nom": self.nom}})
        finally:
            connection.close()


def finir() -> None:
    """Write what is left: the process stops. A database that hangs does not hold it back for long."""

    def tout_ecrire() -> None:
        for cumul in list(Cumul._vivants):
            cumul._fin.set()
            cumul._ecrire_a_part()

    fil = threading.Thread(target=tout_ecrire, daemon=True, name="derniers-chiffres")
    try:
        fil.start()
    except RuntimeError:  # Python no longer starts threads: it is ending
        tout_ecrire()
        return
    fil.join(DERNIER_DELAI)
