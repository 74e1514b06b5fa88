"""A scratch folder short enough for a socket, and the processes that run on it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def dossier() -> Iterator[Path]:
    """pytest's own temporary folders are too long for a socket, and closed to an ordinary user."""
    racine = Path(tempfile.mkdtemp(prefix="emb", dir="/tmp"))
    racine.chmod(0o755)
    yield racine / "données d'essai"
    shutil.rmtree(racine)
