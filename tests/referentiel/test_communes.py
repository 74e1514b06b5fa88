"""The communes shipped with the product: what is known of them, how names and postal codes lead to them."""

import csv
import gzip
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from referentiel.communes import (
    FICHIER_COMMUNES,
    FICHIER_DEPARTEMENTS,
    LieuResolu,
    ReferenceCommunes,
    lignes_reference,
    reference,
    resoudre_lieu_etudes,
)
from referentiel.identifiants import IdentifiantInvalide
from referentiel.models import Commune
from tests.proprietaire import en_proprietaire

REFERENCE = reference()
with gzip.open(FICHIER_COMMUNES, "rt", encoding="utf-8", newline="") as fichier:
    LIGNES = {ligne["code"]: ligne for ligne in csv.DictReader(fichier)}
ACTUELLES = [code for code, ligne in LIGNES.items() if ligne["type"] == "actuelle"]
ARRONDISSEMENTS = [code for code, ligne in LIGNES.items() if ligne["type"] == "arrondissement"]
CODES_POSTAUX = {cp for ligne in LIGNES.values() for cp in ligne["codes_postaux"].split()}


def resoudre(valeur: str, etablissement: str) -> LieuResolu:
    return resoudre_lieu_etudes(valeur, commune_etablissement=etablissement, reference=REFERENCE)


def test_the_file_is_the_whole_cog_of_2026() -> None:
    assert len(ACTUELLES) == 34_969
    assert len(ARRONDISSEMENTS) == 45
    assert len(CODES_POSTAUX) == 6_310
    assert len(CODES_POSTAUX & {*ACTUELLES, *ARRONDISSEMENTS}) == 3_058


@pytest.mark.parametrize(
    ("code", "nom", "departement", "academie"),
    [
        ("31555", "Toulouse", "31", "Toulouse"),
        ("2A004", "Ajaccio", "2A", "Corse"),
        ("75105", "Paris 5e Arrondissement", "75", "Paris"),
        ("76540", "Rouen", "76", "Normandie"),
        ("97411", "Saint-Denis", "974", "La Réunion"),
        ("97608", "Dzaoudzi", "976", "Mayotte"),
        ("97701", "Saint-Barthélemy", "977", "Guadeloupe"),
        ("98818", "Nouméa", "988", "Nouvelle-Calédonie"),
        ("98412", "Archipel des Kerguelen", "984", ""),
        # Old codes: the place is where it is today.
        ("75002", "Antony", "92", "Versailles"),
        ("97123", "Saint-Barthélemy", "977", "Guadeloupe"),
        ("01126", "Valserhône", "01", "Lyon"),  # the source gives no name: that of the commune of today
    ],
)
def test_what_is_known_of_a_commune(code: str, nom: str, departement: str, academie: str) -> None:
    assert REFERENCE.connue(code)
    assert REFERENCE.nom(code) == nom
    assert REFERENCE.departement(code) == departement
    assert REFERENCE.academie(code) == academie


@pytest.mark.parametrize("code", ["", "00000", "31999", "99100", "20004", "31555\n", "2a004"])
def test_what_is_not_a_commune(code: str) -> None:
    assert not REFERENCE.connue(code)
    assert REFERENCE.nom(code) is None
    assert REFERENCE.departement(code) is None
    assert REFERENCE.academie(code) is None
    assert REFERENCE.codes_postaux(code) == ()


def test_thirty_academies_cover_every_departement() -> None:
    with FICHIER_DEPARTEMENTS.open(encoding="utf-8", newline="") as fichier:
        academies = {ligne["departement"]: ligne["academie"] for ligne in csv.DictReader(fichier)}
    # Académies of the code de l'éducation; the Pacific has vice-rectorats.
    assert len({academies[d] for d in academies if not d.startswith("98")}) == 30
    assert [d for d, academie in academies.items() if not academie] == ["984", "989"]
    assert {ligne["departement"] for ligne in LIGNES.values()} == set(academies)


def test_old_codes_lead_to_a_commune_of_today() -> None:
    for code, ligne in LIGNES.items():
        assert LIGNES[REFERENCE.code_actuel(code)]["type"] == "actuelle"
        assert (REFERENCE.code_actuel(code) == code) == (ligne["type"] == "actuelle")
    assert REFERENCE.codes_postaux("75002") == ("92160",)


# --- Birth places by name ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nom", "departement", "annee", "code"),
    [
        ("PARIS", "75", 2001, "75056"),
        ("Paris 5e arrondissement", "75", 2001, "75105"),
        ("LYON 3E ARRONDISSEMENT", "69", 2001, "69383"),
        ("L’Haÿ-les-Roses", "94", 2001, "94038"),
        ("L HAY LES ROSES", "94", 2001, "94038"),
        ("oeuilly", "02", 2001, "02565"),
        ("St Etienne", "42", 2001, "42218"),
        ("STE-MARIE", "974", 2001, "97418"),
        ("Saint-Denis", "974", 2001, "97411"),
        ("  Nouméa ", "988", 2001, "98818"),
        ("Ajaccio", "2a", 2001, "2A004"),
        ("Ajaccio", "20", 1970, "2A004"),
        ("Toulouse", "32", 2001, None),
        ("", "31", 2001, None),
        # Old communes, in the département of their code and in that of today.
        ("Arbignieu", "01", 1990, "01015"),
        ("Antorpe", "39", 1990, "39012"),
        ("Antorpe", "25", 1990, "39012"),
        # Codes whose last year is known.
        ("Antony", "75", 1967, "75002"),
        ("Antony", "75", 1968, "92002"),
        ("Antony", "92", 1967, "92002"),
        ("Saint-Barthélemy", "971", 2007, "97123"),
        ("Saint-Barthélemy", "971", 2008, "97701"),
        ("Saint-Barthélemy", "977", 2001, "97701"),
        ("Bernwiller", "68", 2015, "68031"),
        ("Bernwiller", "68", 2016, "68006"),
    ],
)
def test_a_commune_by_name(nom: str, departement: str, annee: int, code: str | None) -> None:
    assert REFERENCE.resoudre(nom, departement, annee) == code


def test_every_commune_of_today_is_found_by_its_name() -> None:
    for code in [*ACTUELLES, *ARRONDISSEMENTS]:
        ligne = LIGNES[code]
        assert REFERENCE.resoudre(ligne["nom"].upper(), ligne["departement"], 2020) == code


def test_two_communes_of_one_name_resolve_to_none() -> None:
    commune = REFERENCE._communes["31555"]
    homonymes = ReferenceCommunes({"31555": commune, "31999": commune}, {"31": "Toulouse"})
    assert homonymes.resoudre("Toulouse", "31", 2001) is None


# --- Postal code or COG? -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valeur", "etablissement", "code", "avis"),
    [
        # 31400 is Toulouse's postal code and Nogaret's COG.
        ("31400", "31555", "31555", "code_postal_converti"),
        ("31400", "31400", "31400", None),
        ("31400", "31149", "31400", None),  # Colomiers, same département
        ("31400", "81004", "31400", None),  # Albi, same académie
        ("31400", "69123", "31400", "commune_eloignee"),
        ("31555", "31555", "31555", None),
        (" 31555 ", "31555", "31555", None),
        # An academy across départements, and one that is none.
        ("77288", "94028", "77288", None),
        ("77288", "75056", "77288", "commune_eloignee"),
        ("98735", "98818", "98735", "commune_eloignee"),
        ("98412", "98901", "98412", "commune_eloignee"),
        ("98412", "98411", "98412", None),
        ("97801", "97105", "97801", None),
        # Corsica: its postal codes have not the shape of a COG code.
        ("20000", "2A004", "2A004", "code_postal_converti"),
        ("2b033", "2A004", "2B033", None),
        # Paris: the whole, or an arrondissement. 75005 was Aubervilliers, 75116 is an arrondissement and a postal code.
        ("75005", "75056", "75056", "code_postal_converti"),
        ("75005", "75105", "75105", "code_postal_converti"),
        ("75013", "75105", "75056", "code_postal_converti"),
        ("75105", "75056", "75105", None),
        ("75056", "75105", "75056", None),
        ("75113", "75105", "75113", None),
        ("75116", "75056", "75056", "code_postal_converti"),
        ("75116", "75116", "75116", None),
        ("13001", "13055", "13055", "code_postal_converti"),  # Aix-en-Provence's COG
        ("13001", "13201", "13201", "code_postal_converti"),
        ("13001", "13001", "13001", None),
        # An old code that is nobody's postal code; an establishment registered under one.
        ("39012", "25056", "39012", None),
        ("25410", "39012", "39012", "code_postal_converti"),
        # An establishment whose commune the COG does not know is still in a département.
        ("31555", "31999", "31555", None),
    ],
)
def test_place_of_study(valeur: str, etablissement: str, code: str, avis: str | None) -> None:
    assert resoudre(valeur, etablissement) == LieuResolu(code, avis)


@pytest.mark.parametrize(
    ("valeur", "etablissement"),
    [
        ("31999", "31555"),
        ("75005", "31555"),  # Paris by its postal code, not the Aubervilliers of 1967
        ("20000", "31555"),
        ("99100", "31555"),
        ("", "31555"),
        ("Toulouse", "31555"),
        ("31400\n", "31555"),
        ("３１４００", "31555"),
    ],
)
def test_place_of_study_refused(valeur: str, etablissement: str) -> None:
    with pytest.raises(IdentifiantInvalide, match="inconnue"):
        resoudre(valeur, etablissement)


@given(code=st.sampled_from([*ACTUELLES, *ARRONDISSEMENTS]))
def test_the_establishment_s_own_code_is_taken_as_it_is(code: str) -> None:
    assert resoudre(code, code) == LieuResolu(code, None)


@given(data=st.data(), code=st.sampled_from([*ACTUELLES, *ARRONDISSEMENTS]))
def test_a_postal_code_of_its_own_commune_is_converted(data: st.DataObject, code: str) -> None:
    for code_postal in LIGNES[code]["codes_postaux"].split():
        avis = None if code_postal == code else "code_postal_converti"
        assert resoudre(code_postal, code) == LieuResolu(code, avis)
    autre = data.draw(st.sampled_from(ACTUELLES))
    if autre not in REFERENCE.codes_postaux(REFERENCE.code_actuel(code)):
        assert resoudre(autre, code).code == autre


# --- The file, the table -------------------------------------------------------------------------------------------


def paquet(dossier: Path, communes: str) -> Path:
    (dossier / "data").mkdir()
    (dossier / "data" / "communes.json").write_text(communes, encoding="utf-8")
    return dossier


def test_rebuilding_the_file_gives_the_same_bytes(tmp_path: Path) -> None:
    source = paquet(
        tmp_path,
        """[
        {"code": "68006", "nom": "Bernwiller", "type": "commune-actuelle", "departement": "68",
         "codesPostaux": ["68210"], "anciensCodes": ["68299"]},
        {"code": "68006", "nom": "Ammertzwiller", "type": "commune-deleguee", "departement": "68", "chefLieu": "68006"},
        {"code": "92002", "nom": "Antony", "type": "commune-actuelle", "departement": "92", "anciensCodes": ["75002"]},
        {"code": "93066", "nom": "Saint-Denis", "type": "commune-actuelle", "departement": "93",
         "anciensCodes": ["75059", "93059"]},
        {"code": "93059", "nom": "Pierrefitte", "type": "commune-deleguee", "departement": "93", "chefLieu": "93066"},
        {"code": "2A004", "nom": "Ajaccio", "type": "commune-actuelle", "departement": "2A", "anciensCodes": ["20004"]},
        {"code": "75056", "nom": "Paris", "type": "commune-actuelle", "departement": "75"},
        {"code": "75105", "nom": "Paris 5e Arrondissement", "type": "arrondissement-municipal", "departement": "75",
         "commune": "75056", "codesPostaux": ["75005"]},
        {"code": "97701", "nom": "Saint-Barthélemy", "type": "commune-actuelle", "departement": "977"},
        {"code": "97801", "nom": "Saint-Martin", "type": "commune-actuelle", "departement": "978"}]""",
    )
    premier, second = tmp_path / "un.gz", tmp_path / "deux.gz"
    call_command("construire_communes", source, sortie=premier, verbosity=0)
    call_command("construire_communes", source, sortie=second, verbosity=0)
    assert premier.read_bytes() == second.read_bytes()
    assert premier.read_bytes()[4:8] == bytes(4)  # no date
    assert gzip.decompress(premier.read_bytes()).decode().splitlines() == [
        "code,nom,type,departement,code_actuel,codes_postaux,annee_fin,autres_noms",
        "2A004,Ajaccio,actuelle,2A,,,,",
        "68006,Bernwiller,actuelle,68,,68210,,Ammertzwiller",
        "68031,Bernwiller,ancienne,68,68006,,2015,",
        "68299,,ancienne,68,68006,,,",
        "75002,Antony,ancienne,92,92002,,1967,",
        "75056,Paris,actuelle,75,,,,",
        "75059,Pierrefitte,ancienne,93,93066,,1967,",
        "75105,Paris 5e Arrondissement,arrondissement,75,75056,75005,,",
        "92002,Antony,actuelle,92,,,,",
        "93059,Pierrefitte,ancienne,93,93066,,,",
        "93066,Saint-Denis,actuelle,93,,,,",
        "97123,Saint-Barthélemy,ancienne,977,97701,,2007,",
        "97127,Saint-Martin,ancienne,978,97801,,2007,",
        "97701,Saint-Barthélemy,actuelle,977,,,,",
        "97801,Saint-Martin,actuelle,978,,,,",
    ]


def test_another_file_than_the_package_is_refused(tmp_path: Path) -> None:
    autre = tmp_path / "autre.tgz"
    autre.write_bytes(b"autre chose")
    for source in (autre, tmp_path, tmp_path / "absent.tgz", paquet(tmp_path, "[")):
        with pytest.raises(CommandError, match="Ce n'est pas le paquet"):
            call_command("construire_communes", source, sortie=tmp_path / "sortie.gz")
    assert not (tmp_path / "sortie.gz").exists()


@pytest.mark.django_db
def test_the_migration_fills_the_table_and_empties_it() -> None:
    migration = import_module("referentiel.migrations.0003_communes")
    with en_proprietaire(), connection.schema_editor() as editeur:
        migration.vider(None, editeur)
        assert not Commune.objects.exists()
        migration.charger(None, editeur)
    lignes = sorted(lignes_reference())
    colonnes = ("code", "nom", "type", "departement", "academie", "code_actuel", "codes_postaux")
    assert sorted(Commune.objects.values_list(*colonnes)) == lignes
    assert len(lignes) == len(LIGNES)
    toulouse = Commune.objects.get(code="31555")
    assert (toulouse.nom, toulouse.academie, toulouse.codes_postaux[0]) == ("Toulouse", "Toulouse", "31000")
    Commune.objects.get(code="01126").full_clean()  # the source does not name it
