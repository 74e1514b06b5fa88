"""The product served as in production, for the tests marked `service`: granian, several processes, a real socket."""

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from django.db import connection

from statut_etudiant.embarque.processus import lancer
from statut_etudiant.embarque.web import commande

RACINE = Path(__file__).resolve().parents[1]
DELAI = 60.0


def adresse_de_la_base() -> str:
    """The test database's own address, for another process."""
    morceaux = urlsplit(os.environ["DATABASE_URL"])
    return morceaux._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


class ServeurWeb:
    """`with ServeurWeb(processus=2, journal=fichier) as web: web.connexion().request(…)`"""

    def __init__(self, *, processus: int, journal: Path, **environnement: str) -> None:
        self.processus = processus
        self.journal = journal
        self.environnement = {**os.environ, "DATABASE_URL": adresse_de_la_base(), **environnement}
        with socket.socket() as essai:
            essai.bind(("127.0.0.1", 0))
            self.port = essai.getsockname()[1]
        self._maitre: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.demarrer()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._maitre is not None
        self._maitre.send_signal(signal.SIGTERM)
        try:
            self._maitre.wait(10)
        except subprocess.TimeoutExpired:
            self.tuer()

    def demarrer(self) -> None:
        with self.journal.open("ab") as sortie:
            self._maitre = lancer(
                commande(self.port, "--access-log", processus=self.processus),
                dossier=RACINE,
                environnement=self.environnement,
                sortie=sortie,
            )
        self.attendre()

    def tuer(self) -> None:
        """kill -9, every process at once: `lancer` gave them a session of their own."""
        assert self._maitre is not None
        os.killpg(self._maitre.pid, signal.SIGKILL)
        self._maitre.wait()

    def connexion(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DELAI)

    def attendre(self) -> None:
        """Until it answers."""
        echeance = time.monotonic() + DELAI
        while True:
            try:
                connexion = self.connexion()
                connexion.request("GET", "/api/ping")
                connexion.getresponse().read()
                connexion.close()
                return
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < echeance, self.journal.read_text(errors="replace")
                time.sleep(0.05)
