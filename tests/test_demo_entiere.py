"""The demonstration as people run it: a copy of the project, one command, real processes, an end without remains."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.service

RACINE = Path(__file__).resolve().parents[1]
DELAI = 120.0


class Demonstration:
    """`make demo` in a folder, what it says, and what it left running."""

    def __init__(self, dossier: Path, **variables: str) -> None:
        self.dossier = dossier
        environnement = {nom: valeur for nom, valeur in os.environ.items() if nom not in PROPRES_AUX_TESTS}
        self.processus = subprocess.Popen(
            [sys.executable, "-m", "statut_etudiant.demo"],
            cwd=dossier,
            env=environnement | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Python starts deaf to Ctrl-C when whoever starts it is (nohup, `&` in a script).
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.dit: list[str] = []
        self._lignes: queue.Queue[str] = queue.Queue()
        self._lecteur = threading.Thread(target=self._lire)
        self._lecteur.start()

    def _lire(self) -> None:
        assert self.processus.stdout is not None
        with self.processus.stdout as sortie:
            for ligne in sortie:
                self._lignes.put(ligne)

    def attendre(self, mot: str) -> str:
        for ligne in self.dit:
            if mot in ligne:
                return ligne
        echeance = time.monotonic() + DELAI
        while time.monotonic() < echeance:
            try:
                ligne = self._lignes.get(timeout=0.2)
            except queue.Empty:
                assert self.processus.poll() is None, "".join(self.dit)
                continue
            self.dit.append(ligne)
            if mot in ligne:
                return ligne
        raise AssertionError(f"« {mot} » never came:\n{''.join(self.dit)}")

    def arreter(self, signum: signal.Signals) -> int:
        self.processus.send_signal(signum)
        code = self.processus.wait(60)
        self._lecteur.join(10)
        while not self._lignes.empty():
            self.dit.append(self._lignes.get())
        return code

    def restes(self) -> list[str]:
        """Who still works in the folder."""
        restes = []
        for processus in psutil.process_iter():
            try:
                if processus.status() != psutil.STATUS_ZOMBIE and Path(processus.cwd()).is_relative_to(
                    self.dossier
                ):
                    restes.append(" ".join(processus.cmdline()))
            except (psutil.Error, OSError):
                continue
        return restes


PROPRES_AUX_TESTS = {"DATABASE_URL", "BROKER_URL", "ENVIRONNEMENT", "PORT", "RESET"}


@pytest.fixture(scope="module")
def copie() -> Iterator[Path]:
    """A project with a `var/` of its own: the one of this checkout may be in use."""
    racine = Path(tempfile.mkdtemp(prefix="demo", dir="/tmp"))
    for nom in ("referentiel", "habilitations", "statut_etudiant", "templates"):
        if (RACINE / nom).exists():
            shutil.copytree(RACINE / nom, racine / nom)
    yield racine
    shutil.rmtree(racine)


@pytest.fixture
def demonstration(copie: Path) -> Iterator[Demonstration]:
    demonstration = Demonstration(copie)
    try:
        yield demonstration
    finally:
        if demonstration.processus.poll() is None:
            demonstration.arreter(signal.SIGKILL)


def test_it_gets_ready_serves_refuses_a_second_one_and_leaves_nothing_behind(
    demonstration: Demonstration, copie: Path
) -> None:
    adresse = demonstration.attendre("Prêt en").split(" : ")[1].split()[0]
    with urllib.request.urlopen(f"{adresse}sante/pret", timeout=10) as response:  # noqa: S310 - ours
        assert response.status == 200
    seconde = subprocess.run(
        [sys.executable, "-m", "statut_etudiant.demo"],
        cwd=copie,
        env={nom: valeur for nom, valeur in os.environ.items() if nom not in PROPRES_AUX_TESTS},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert seconde.returncode == 1
    # It says where the first one is, and stops nothing.
    assert (
        f"Une démonstration tourne déjà dans ce dossier, à l'adresse {adresse}. Elle continue"
        in seconde.stdout
    )
    assert "Tout est arrêté" not in seconde.stdout
    demonstration.attendre("ready.")  # the worker says so, in its own time
    assert demonstration.processus.poll() is None
    assert len(demonstration.restes()) >= 8
    assert demonstration.arreter(signal.SIGINT) == 0
    assert demonstration.dit[-1] == "Tout est arrêté ; les données restent dans var/.\n"
    assert demonstration.restes() == []


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_stopped_while_it_gets_ready_it_takes_everything_along(
    demonstration: Demonstration, signum: signal.Signals
) -> None:
    demonstration.attendre("structure de la base")
    assert len(demonstration.restes()) >= 4  # itself, the servers, the preparation
    demonstration.arreter(signum)
    echeance = time.monotonic() + 30
    while restes := demonstration.restes():
        assert time.monotonic() < echeance, restes
        time.sleep(0.1)
