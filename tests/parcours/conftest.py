"""The demonstration's way of signing in, on a server that the browser can reach."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from habilitations.comptes.demonstration import DOMAINE
from habilitations.models import Role
from statut_etudiant.api.comptage import Comptage
from statut_etudiant.citoyens import connexion
from statut_etudiant.franceconnect import boucle
from statut_etudiant.franceconnect.mesures import Mesures
from tests import fabriques
from tests.franceconnect.local import FranceConnectLocal, demarrer
from tests.habilitations import scenes


@pytest.fixture
def adresse(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Chloé, of a town, applies; Hélène decides."""
    settings.ENVIRONNEMENT = "demonstration"
    # Outside of tests, calls are counted by a thread that would outlive the database.
    monkeypatch.setattr(Comptage, "_demarrer", lambda self: None)
    monkeypatch.setattr(Mesures, "_demarrer", lambda self: None)
    settings.ADRESSE_PUBLIQUE = live_server.url
    scenes.compte(courriel=f"chloe@{DOMAINE}", organisation=fabriques.organisation(nom="Ville de Belleroche"))
    scenes.compte(Role.Nom.INSTRUCTEUR, courriel=f"helene@{DOMAINE}")
    return str(live_server.url)


@pytest.fixture
def franceconnect(
    adresse: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FranceConnectLocal]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with demarrer(
        tmp_path,
        jwks_uri=f"{adresse}/api/france_connect_jwks",
        redirections=(f"{adresse}/mon-espace/retour",),
        sorties=(f"{adresse}/mon-espace/sorti",),
    ) as local:
        for nom, valeur in local.reglages().items():
            setattr(settings, nom, valeur)
        boucle.oublier()
        connexion.oublier()
        yield local
        boucle.oublier()
        connexion.oublier()
