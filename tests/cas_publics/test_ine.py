"""The INE as people type it, at every door."""

import pytest
from django.test import Client

from referentiel.models import Etudiant
from tests import fabriques
from tests.cas_publics.portes import RECIPIENT, Portes

INE = "990000101DJ"


@pytest.mark.parametrize(
    "saisi",
    ["990 000 101 DJ", "990.000.101.DJ", "990-000-101-DJ", "990\u00a0000\u202f101 dj", " 990000101dj\t"],
)
def test_an_ine_in_groups_is_accepted_at_both_doors(portes: Portes, saisi: str) -> None:
    response = portes.declarer(ine=saisi)
    assert response.status_code == 200
    assert response.json()["inscription"]["ine"] == INE
    jeton = fabriques.jeton("mesri_inscription_etudiant", "mesri_identifiant")
    v2 = Client().get("/api/v2/etudiants", {"ine": saisi}, headers=jeton.cle)
    assert (v2.status_code, v2.json()["ine"]) == (200, INE)
    v3 = Client().get(
        "/v3/mesri/statut_etudiant/ine", {"ine": saisi, "recipient": RECIPIENT}, headers=jeton.bearer
    )
    assert v3.status_code == 200


@pytest.mark.parametrize("ine", ["2024D00001X", "2024A12345Z", "2024d00001x"])
def test_a_provisional_or_apprentice_s_ine_comes_in_and_is_found(portes: Portes, ine: str) -> None:
    portes.enregistrer(ine=ine)
    assert Etudiant.objects.get().ine == ine.upper()
    jeton = fabriques.jeton()
    assert Client().get("/api/v2/etudiants", {"ine": ine}, headers=jeton.cle).status_code == 200


@pytest.mark.parametrize(
    ("ine", "dit"),
    [
        ("99OOOO1O1DJ", "le 3e est la lettre O, sans doute pour 0"),
        ("9900001O1DJ", "le 8e est la lettre O, sans doute pour 0"),
        ("I90000101DJ", "le 1er caractère est la lettre I, sans doute pour 1"),
        ("99000101DJ", "celui-ci en a 10"),
    ],
)
def test_who_types_a_letter_for_a_digit_is_told_which(portes: Portes, ine: str, dit: str) -> None:
    response = portes.declarer(ine=ine)
    assert response.status_code == 400
    assert dit in response.json()["details"]["explication"]
    jeton = fabriques.jeton()
    v2 = Client().get("/api/v2/etudiants", {"ine": ine}, headers=jeton.cle)
    assert v2.status_code == 400
    assert dit in v2.json()["message"]
    assert ine not in v2.json()["message"]
