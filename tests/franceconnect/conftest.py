from collections.abc import Iterator
from typing import Any

import pytest

from statut_etudiant.citoyens import connexion
from statut_etudiant.franceconnect import boucle
from tests.franceconnect.local import FranceConnectLocal, demarrer


@pytest.fixture(scope="session")
def _processus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FranceConnectLocal]:
    with demarrer(tmp_path_factory.mktemp("franceconnect")) as local:
        yield local


@pytest.fixture
def franceconnect(
    _processus: FranceConnectLocal, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FranceConnectLocal]:
    """The local FranceConnect, honest, and the settings that point to it; nothing remembered of another test."""
    for nom, valeur in _processus.reglages().items():
        setattr(settings, nom, valeur)
    # On the loopback, without TLS.
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    boucle.oublier()
    connexion.oublier()
    _processus.comporter("")
    yield _processus
    _processus.comporter("")
    boucle.oublier()
