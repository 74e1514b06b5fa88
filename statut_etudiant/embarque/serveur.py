"""What the embedded servers share: one owner per data folder, a start that waits, a stop that is sure."""

import atexit
import contextlib
import fcntl
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO, Self

import psutil

from statut_etudiant.embarque.processus import Identite, ServeurIndisponible

DELAI_DEMARRAGE = 90.0  # a crash recovery on a slow disk takes more than pg_ctl's own patience
DELAI_ARRET = 30.0
PAUSE = 0.05


class Serveur(ABC):
    """A server that keeps its data in one folder. Whoever holds the folder's lock runs it; others use it."""

    nom: str
    fichier_pid: str
    signal_arret: signal.Signals
    signal_brutal: signal.Signals

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier.resolve()
        self.journal = self.dossier.with_name(f"{self.dossier.name}.log")
        self.processus: subprocess.Popen[bytes] | None = None
        self.dernier_refus = ""
        self._verrou: IO[bytes] | None = None

    @property
    @abstractmethod
    def adresse(self) -> str: ...

    @abstractmethod
    def repond(self) -> bool: ...

    @abstractmethod
    def preparer(self) -> None:
        """Make the data folder ready. The lock is held, no server runs on it."""

    @abstractmethod
    def lancer(self, sortie: IO[bytes]) -> subprocess.Popen[bytes]: ...

    def apres_demarrage(self) -> None:  # noqa: B027 - most have nothing to do
        """What the first connection must do."""

    # --- start

    def demarrer(self) -> str:
        """Start the server, or find it started already, here or by another process; its address."""
        if self.a_nous:
            return self.adresse
        self.dossier.parent.mkdir(parents=True, exist_ok=True)
        echeance = time.monotonic() + DELAI_DEMARRAGE
        while not self.prendre_verrou():
            # Another process runs it, starts it or stops it: its use is enough for us.
            if self.repond():
                return self.adresse
            if time.monotonic() > echeance:
                raise ServeurIndisponible(f"{self.nom} : démarré par un autre programme, mais ne répond pas.")
            time.sleep(PAUSE)
        try:
            self._arreter_orphelin()
            self.preparer()
            with self.journal.open("wb") as sortie:
                self.processus = self.lancer(sortie)
            atexit.register(self.arreter)
            self._attendre(echeance)
            self.apres_demarrage()
        except BaseException:
            self.arreter()
            raise
        return self.adresse

    @property
    def a_nous(self) -> bool:
        """Whether this process runs the server, and not another one that found it first."""
        return self.processus is not None

    def prendre_verrou(self) -> bool:
        """Become the only one allowed to run a server on this folder. The system frees it at our death."""
        if self._verrou is not None:
            return True
        self.dossier.parent.mkdir(parents=True, exist_ok=True)
        verrou = self.dossier.with_name(f"{self.dossier.name}.verrou").open("ab")
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            verrou.close()
            return False
        self._verrou = verrou
        return True

    def _attendre(self, echeance: float) -> None:
        while not self.repond():
            if self.processus is not None and self.processus.poll() is not None:
                raise ServeurIndisponible(f"{self.nom} s'est arrêté au démarrage :\n{self._fin_du_journal()}")
            if time.monotonic() > echeance:
                raise ServeurIndisponible(
                    f"{self.nom} ne répond pas :\n{self._fin_du_journal()}\n{self.dernier_refus}"
                )
            time.sleep(PAUSE)

    def _fin_du_journal(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.journal.read_text(errors="replace").splitlines()[-12:])
        return ""

    def _arreter_orphelin(self) -> None:
        """Nobody holds the lock, so a server still running has lost its owner.

        The process named by a stale file may be any other.
        """
        fichier = self.dossier / self.fichier_pid
        try:
            processus = psutil.Process(int(fichier.read_text().split("\n", 1)[0]))
            orphelin = Path(processus.cwd()).resolve() == self.dossier
        except (OSError, ValueError, psutil.Error):
            orphelin = False
        if orphelin:
            with contextlib.suppress(psutil.NoSuchProcess):
                processus.send_signal(self.signal_arret)
                processus.wait(DELAI_ARRET)
        # In a new container its number often is another process's: the server would refuse to start.
        fichier.unlink(missing_ok=True)

    # --- stop

    def arreter(self) -> None:
        """Stop the server if it is ours; wait until it is gone."""
        processus, self.processus = self.processus, None
        if processus is not None:
            atexit.unregister(self.arreter)
            for envoi in (self.signal_arret, self.signal_brutal, signal.SIGKILL):
                if processus.poll() is None:
                    processus.send_signal(envoi)
                try:
                    processus.wait(DELAI_ARRET)
                    break
                except subprocess.TimeoutExpired:
                    continue
        if self._verrou is not None:
            self._verrou.close()
            self._verrou = None

    def __enter__(self) -> Self:
        self.demarrer()
        return self

    def __exit__(self, *_: object) -> None:
        self.arreter()

    # --- its socket

    @staticmethod
    def preparer_dossier_du_socket(dossier: Path, identite: Identite | None) -> None:
        """A folder of ours, closed to others: access to the socket is the only authentication there is."""
        proprietaire = identite.uid if identite else os.geteuid()
        dossier.mkdir(mode=0o700, exist_ok=True)
        if identite and dossier.lstat().st_uid == os.geteuid():
            os.chown(dossier, identite.uid, identite.gid, follow_symlinks=False)
        etat = dossier.lstat()
        if dossier.is_symlink() or etat.st_uid != proprietaire or etat.st_mode & 0o077:
            raise ServeurIndisponible(
                f"{dossier} appartient à quelqu'un d'autre ou est ouvert à tous : à supprimer."
            )
