"""Several child processes under one readable log: started together, stopped together."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from statut_etudiant.embarque.processus import lancer

COULEURS = (36, 33, 35, 32)  # cyan, yellow, magenta, green
DELAI_ARRET = 20.0
# Fields of our JSON logs that the readable line has, or that the terminal makes useless.
CHAMPS_DITS = {"instant", "niveau", "message", "origine", "pile"}

_ecriture = threading.Lock()


def dire(ligne: str = "") -> None:
    """One whole line, also when several threads speak."""
    # The reader of our output may be gone (`make demo | head`): that must not prevent a clean stop.
    with _ecriture, contextlib.suppress(BrokenPipeError):
        print(ligne, flush=True)  # noqa: T201


def lisible(ligne: str) -> str:
    """A JSON log line as a person reads it; any other line as it is."""
    if not ligne.startswith("{"):
        return ligne
    try:
        champs = json.loads(ligne)
        message = champs["message"]
    except (ValueError, KeyError):
        return ligne
    suite = [f"{nom}={valeur}" for nom, valeur in champs.items() if nom not in CHAMPS_DITS and valeur != "-"]
    pile = [f"\n        {cadre}" for cadre in champs.get("pile", [])]
    return " ".join([champs.get("instant", "")[11:19], champs.get("niveau", ""), message, *suite]) + "".join(
        pile
    )


class Troupe:
    """The children. `premier_parti` names the first that ends by itself: none is meant to."""

    def __init__(self, environnement: Mapping[str, str]) -> None:
        self.environnement = environnement
        self.processus: dict[str, subprocess.Popen[bytes]] = {}
        self._lecteurs: list[threading.Thread] = []
        self._en_couleur = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def ajouter(self, nom: str, commande: Sequence[str | Path]) -> None:
        processus = lancer(commande, environnement=self.environnement, sortie=subprocess.PIPE)
        prefixe = f"{nom:<7}|"
        if self._en_couleur:
            prefixe = f"\033[{COULEURS[len(self.processus) % len(COULEURS)]}m{prefixe}\033[0m"
        self.processus[nom] = processus
        assert processus.stdout is not None  # noqa: S101 - asked for just above
        lecteur = threading.Thread(target=self._recopier, args=(processus.stdout, prefixe), daemon=True)
        lecteur.start()
        self._lecteurs.append(lecteur)

    @staticmethod
    def _recopier(flux: IO[bytes], prefixe: str) -> None:
        with flux:
            for ligne in flux:
                if texte := lisible(ligne.decode(errors="replace").rstrip()):
                    dire(f"{prefixe} {texte}")

    def premier_parti(self) -> tuple[str, int] | None:
        for nom, processus in self.processus.items():
            if (code := processus.poll()) is not None:
                return nom, code
        return None

    def arreter(self) -> None:
        """Ask all of them to stop, kill them after a while; on return no process of theirs is left."""
        for processus in self.processus.values():
            if processus.poll() is None:
                processus.terminate()
        echeance = time.monotonic() + DELAI_ARRET
        for nom, processus in self.processus.items():
            try:
                processus.wait(max(0.0, echeance - time.monotonic()))
            except subprocess.TimeoutExpired:
                dire(f"{nom} ne s'arrête pas, je le force.")
        # Their own children too (each has its session): a killed parent leaves them behind.
        for processus in self.processus.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(processus.pid, signal.SIGKILL)
            processus.wait()
        for lecteur in self._lecteurs:
            lecteur.join(2)

    def __enter__(self) -> "Troupe":
        return self

    def __exit__(self, *_: object) -> None:
        self.arreter()
