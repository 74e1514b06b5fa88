"""The file of our keys: made, renewed, published without anything private."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from statut_etudiant.franceconnect import cles
from statut_etudiant.trousseaux import ClesIllisibles

PRIVES = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}


def _creer(fichier: Path, **options: Any) -> None:
    call_command("creer_cles_franceconnect", str(fichier), stderr=io.StringIO(), **options)


@pytest.mark.parametrize(("alg", "kty"), [("RSA-OAEP-256", "RSA"), ("RSA-OAEP", "RSA"), ("ECDH-ES", "EC")])
def test_the_command_makes_a_file_that_its_owner_alone_reads(tmp_path: Path, alg: str, kty: str) -> None:
    fichier = tmp_path / "cles.json"
    _creer(fichier, alg=alg)
    assert fichier.stat().st_mode & 0o777 == 0o600
    (cle,) = json.loads(fichier.read_bytes())["keys"]
    assert (cle["kty"], cle["alg"], cle["use"]) == (kty, alg, "enc")
    assert cle["d"]
    assert cles.lire(fichier).privees[0].is_private


def test_a_new_key_comes_first_and_the_previous_ones_stay(tmp_path: Path) -> None:
    fichier = tmp_path / "cles.json"
    _creer(fichier)
    ancienne = json.loads(fichier.read_bytes())["keys"][0]
    _creer(fichier)
    nouvelle, gardee = json.loads(fichier.read_bytes())["keys"]
    assert gardee == ancienne
    assert nouvelle["kid"] != ancienne["kid"]
    for _ in range(4):
        _creer(fichier, alg="ECDH-ES")
    assert len(json.loads(fichier.read_bytes())["keys"]) == 4


@pytest.mark.parametrize("contenu", ["", "[]", '{"keys":[{"kty":"RSA"}]}', '{"keys": 3}', '{"keys":[3]}'])
def test_a_file_that_is_no_key_set_is_refused_and_left_as_it_is(tmp_path: Path, contenu: str) -> None:
    fichier = tmp_path / "cles.json"
    fichier.write_text(contenu)
    with pytest.raises(CommandError):
        _creer(fichier)
    assert fichier.read_text() == contenu


def test_a_public_key_alone_is_no_key_set(tmp_path: Path) -> None:
    fichier = tmp_path / "cles.json"
    _creer(fichier)
    fichier.write_bytes(cles.lire(fichier).publiees)
    with pytest.raises(ClesIllisibles):
        cles.lire(fichier)


def test_the_public_document_has_use_alg_kid_and_nothing_private(
    client: Client, tmp_path: Path, settings: Any
) -> None:
    """Without the fixture of the database: a statement would fail."""
    fichier = tmp_path / "cles.json"
    _creer(fichier, alg="RSA-OAEP-256")
    settings.FRANCECONNECT_CLES = str(fichier)
    reponse = client.get("/api/france_connect_jwks")
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "application/json; charset=utf-8"
    (cle,) = reponse.json()["keys"]
    assert (cle["use"], cle["alg"], cle["kty"]) == ("enc", "RSA-OAEP-256", "RSA")
    assert cle["kid"]
    assert not PRIVES & set(cle)
    _creer(fichier, alg="RSA-OAEP-256")
    nouvelle, ancienne = client.get("/api/france_connect_jwks").json()["keys"]
    assert ancienne == cle
    assert nouvelle["kid"] != cle["kid"]


def test_the_document_is_empty_without_a_file(client: Client, tmp_path: Path, settings: Any) -> None:
    settings.FRANCECONNECT_CLES = ""
    assert client.get("/api/france_connect_jwks").json() == {"keys": []}
    settings.FRANCECONNECT_CLES = str(tmp_path / "absent.json")
    assert client.get("/api/france_connect_jwks").json() == {"keys": []}


def test_a_file_that_breaks_later_leaves_the_keys_as_they_were(tmp_path: Path) -> None:
    chemin = tmp_path / "cles.json"
    _creer(chemin)
    fichier = cles.ouvrir(chemin)
    avant = fichier.trousseau().publiees
    chemin.write_text("{")
    assert fichier.trousseau().publiees == avant
    chemin.unlink()
    assert fichier.trousseau().publiees == avant
