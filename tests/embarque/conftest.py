"""A scratch folder short enough for a socket, and the processes that run on it."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from statut_etudiant.embarque.postgres import Postgres


def _racine() -> Path:
    """pytest's own temporary folders are too long for a socket, and closed to an ordinary user."""
    racine = Path(tempfile.mkdtemp(prefix="emb", dir="/tmp"))
    racine.chmod(0o755)
    return racine


@pytest.fixture
def dossier() -> Iterator[Path]:
    racine = _racine()
    yield racine / "données d'essai"
    shutil.rmtree(racine)


@pytest.fixture(scope="session")
def modele() -> Iterator[Path]:
    """A PostgreSQL that was made and stopped: making one costs more than copying it."""
    racine = _racine()
    with Postgres(racine / "modèle", durable=False):
        pass
    yield racine / "modèle"
    shutil.rmtree(racine)


@pytest.fixture
def deja_fait(modele: Path, dossier: Path) -> Path:
    """The scratch folder, with the data of a PostgreSQL that ran before."""
    subprocess.run(["cp", "-a", modele, dossier], check=True)  # with their owner
    return dossier
