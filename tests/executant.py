"""A real Celery worker behind a real broker, for the tests marked `service`."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Self

import psutil
from django.conf import settings

from tests.serveur_web import adresse_de_la_base

PATIENCE = 60


class Executant:
    """A worker of one child process. `with Executant(courtier, journal): …`, or `abattre()` at the end."""

    def __init__(self, courtier: str, journal: Path, *, bail_secondes: int = 40) -> None:
        self.courtier, self.journal, self.bail_secondes = courtier, journal, bail_secondes
        self.lancer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abattre()

    def lancer(self) -> None:
        environnement = os.environ | {
            "DATABASE_URL": adresse_de_la_base(),
            "BROKER_URL": self.courtier,
            "BAIL_LOT_SECONDES": str(self.bail_secondes),
        }
        with self.journal.open("ab") as journal:
            self.processus = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "celery",
                    "--quiet",
                    "-A",
                    "statut_etudiant",
                    "worker",
                    "--concurrency",
                    "1",
                ],
                cwd=settings.BASE_DIR,
                env=environnement,
                stdout=journal,
                stderr=subprocess.STDOUT,
            )

    def enfants(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.processus.pid).children()
        except psutil.NoSuchProcess:
            return []

    def abattre_l_enfant(self) -> bool:
        enfants = self.enfants()
        for enfant in enfants:
            enfant.kill()
        return bool(enfants)

    def abattre(self) -> None:
        """The parent first, which would raise another child."""
        enfants = self.enfants()
        self.processus.kill()
        self.processus.wait(timeout=PATIENCE)
        for enfant in enfants:
            enfant.kill()
