"""The establishments shipped for the demonstration: real ones, without a slip."""

import csv
from pathlib import Path

import pytest

from referentiel.communes import reference
from referentiel.identifiants import cle_uai_valide, normaliser_siret, normaliser_uai
from referentiel.nomenclatures import Secteur, TypeEtablissement

FICHIER = Path(__file__).parents[2] / "referentiel/donnees/demonstration/etablissements.csv"

with FICHIER.open(encoding="utf-8", newline="") as fichier:
    LIGNES = list(csv.DictReader(fichier))


def test_the_file_has_some_forty_establishments_each_once() -> None:
    assert len(LIGNES) >= 30
    assert len({ligne["uai"] for ligne in LIGNES}) == len(LIGNES)
    assert sum(ligne["type"] == "lycee" for ligne in LIGNES) >= 10


@pytest.mark.parametrize("ligne", LIGNES, ids=lambda ligne: ligne["uai"])
def test_each_establishment_has_a_right_uai_commune_type_sector_and_siret(ligne: dict[str, str]) -> None:
    assert normaliser_uai(ligne["uai"]) == ligne["uai"]
    assert cle_uai_valide(ligne["uai"])
    commune = ligne["codeCommune"]
    assert reference().connue(commune)
    assert reference().academie(commune)
    # The first three characters of a UAI are the département's: a wrong commune would show here.
    departement = {"2A": "620", "2B": "720"}.get(
        reference().departement(commune), reference().departement(commune)
    )
    assert ligne["uai"][:3] == departement.zfill(3)
    assert ligne["type"] in TypeEtablissement.values
    assert ligne["secteur"] in Secteur.values
    assert not ligne["siret"] or normaliser_siret(ligne["siret"])
