from collections.abc import Iterator
from typing import Any

import pytest

from statut_etudiant.franceconnect import boucle
from tests.franceconnect.local import FranceConnectLocal, demarrer


@pytest.fixture(scope="session")
def _processus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FranceConnectLocal]:
    with demarrer(tmp_path_factory.mktemp("franceconnect")) as local:
        yield local


@pytest.fixture
def franceconnect(_processus: FranceConnectLocal, settings: Any) -> Iterator[FranceConnectLocal]:
    """The local FranceConnect, honest, and the settings that point to it; nothing remembered of another test."""
    for nom, valeur in _processus.reglages().items():
        setattr(settings, nom, valeur)
    boucle.oublier()
    _processus.comporter("")
    yield _processus
    _processus.comporter("")
    boucle.oublier()
