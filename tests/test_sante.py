"""A web process that is about to stop says so, and goes on answering."""

from pathlib import Path

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_process_in_retreat_asks_for_no_new_call(client: Client, settings: object, tmp_path: Path) -> None:
    fichier = tmp_path / "web-1.retrait"
    settings.FICHIER_DE_RETRAIT = str(fichier)
    assert client.get("/sante/ouvert").status_code == client.get("/sante/pret").status_code == 200
    fichier.touch()
    for chemin in ("/sante/ouvert", "/sante/pret"):
        reponse = client.get(chemin)
        assert (reponse.status_code, reponse.json()) == (503, {"etat": "en retrait"})
    # What is asked of it all the same has its answer, and nothing restarts it.
    assert client.get("/sante/vivant").status_code == client.get("/connexion").status_code == 200
    fichier.unlink()
    assert client.get("/sante/ouvert").status_code == 200


def test_an_open_process_stays_open_without_its_database(client: Client, settings: object) -> None:
    """Its own words are worth more than the proxy's."""
    from tests.api.pannes import base_absente

    settings.FICHIER_DE_RETRAIT = ""
    with base_absente():
        assert client.get("/sante/ouvert").status_code == 200
        assert client.get("/sante/pret").status_code == 503
