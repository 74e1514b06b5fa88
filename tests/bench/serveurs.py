"""Granian, for the product and for the yardsticks alike."""

import os
import signal
import socket
import subprocess
import time

from statut_etudiant.embarque import VAR
from statut_etudiant.embarque.processus import lancer
from statut_etudiant.embarque.web import commande
from tests.bench.base import Base


class Web:
    """A server on a free port of the loopback: ASGI, or WSGI when it is told how many threads it has."""

    def __init__(
        self, application: str, base: Base, *, processus: int = 1, fils: int = 0, **reglages: str
    ) -> None:
        self.application = application
        self.base = base
        self.processus_web = processus
        self.reglages = reglages
        self._options = ["--log-level", "warning"]
        if fils:
            self._options += ["--interface", "wsgi", "--loop", "asyncio", "--blocking-threads", str(fils)]

    def __enter__(self) -> "Web":
        with socket.create_server(("127.0.0.1", 0)) as prise:
            self.port = prise.getsockname()[1]
        self.journal = VAR / f"bench-{self.port}.log"
        self._sortie = self.journal.open("wb")
        self.demarrer()
        return self

    def demarrer(self) -> None:
        self.processus = lancer(
            commande(self.port, *self._options, processus=self.processus_web, application=self.application),
            dossier=self.base.racine,
            environnement=self.base.environnement | self.reglages,
            sortie=self._sortie,
        )
        echeance = time.monotonic() + 30
        while True:
            try:
                self._attendre_une_reponse()
                return
            except ConnectionError:  # refused, or cut by a worker that is not ready
                if self.processus.poll() is not None or time.monotonic() > echeance:
                    raise RuntimeError(self.journal.read_text()) from None
                time.sleep(0.05)

    def tuer(self) -> None:
        """kill -9, the worker too: `lancer` gave them a session of their own."""
        os.killpg(self.processus.pid, signal.SIGKILL)
        self.processus.wait()

    def _attendre_une_reponse(self) -> None:
        """The port is open before the worker has loaded the application: any answer will do."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as prise:
            prise.sendall(b"GET /api/ping HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            prise.recv(1)

    def __exit__(self, *_: object) -> None:
        self.processus.terminate()
        try:
            self.processus.wait(20)
        except subprocess.TimeoutExpired:
            self.processus.kill()
            self.processus.wait()
        self._sortie.close()
        self.journal.unlink()
