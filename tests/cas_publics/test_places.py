"""Birth places are compared through the history of places, at the API's doors."""

import pytest

from referentiel.models import Etudiant
from tests.cas_publics.portes import Portes, codes

CODE, NOM, DEPARTEMENT = (
    "codeCogInseeCommuneNaissance",
    "nomCommuneNaissance",
    "codeCogInseeDepartementNaissance",
)


@pytest.mark.parametrize(
    ("naissance", "enregistre", "demande", "trouve"),
    [
        # A merged commune, its successor, those merged with it.
        ("1998-05-04", "74011", "74010", True),
        ("1998-05-04", "74010", "74011", True),
        ("1998-05-04", "74011", "74182", True),
        ("1998-05-04", "74011", "74012", False),
        # Communes that were one for a time.
        ("1995-05-04", "62126", "62119", True),
        ("1998-05-04", "62126", "62119", False),
        # A whole city and its arrondissements.
        ("2004-01-09", "75120", "75056", True),
        ("2004-01-09", "75056", "75112", True),
        ("2004-01-09", "75120", "75112", False),
        ("2004-01-09", "69123", "69388", True),
        ("2004-01-09", "13055", "13205", True),
        ("2004-01-09", "13205", "69385", False),
        # Seine and Seine-et-Oise until 1968.
        ("1960-01-09", "75012", "92012", True),
        ("1960-01-09", "92012", "75012", True),
        ("1960-01-09", "78646", "78646", True),
        ("1960-01-09", "78228", "91228", True),
        ("1970-01-09", "92012", "75012", False),
        # The same figures, later: a postal code.
        ("2004-01-09", "75012", "75112", True),
        ("2004-01-09", "75112", "75012", True),
        ("2004-01-09", "75012", "75056", True),
        ("2004-01-09", "75012", "92012", False),
        # Corsica before 1976.
        ("1970-01-09", "20004", "2A004", True),
        ("1970-01-09", "2A004", "20004", True),
        ("1970-01-09", "2B033", "20033", True),
        ("1970-01-09", "20004", "2B033", False),
        # Mayotte before 2011.
        ("1995-01-09", "98506", "97606", True),
        ("1995-01-09", "97606", "98506", True),
        ("1995-01-09", "98506", "97608", False),
        # Algeria before its independence.
        ("1958-01-09", "91352", "99352", True),
        ("1958-01-09", "99352", "91352", True),
        ("1962-07-04", "93001", "99352", True),
        ("1963-01-09", "91352", "99352", False),
        ("1958-01-09", "91352", "99350", False),
        # Countries that left another.
        ("1990-01-09", "99123", "99155", True),
        ("2004-01-09", "99123", "99155", False),
        ("1990-01-09", "99106", "99155", False),
        # France's own code says nothing.
        ("2004-01-09", "99100", "31555", True),
        ("2004-01-09", "31555", "99100", True),
        ("2004-01-09", "99100", "99100", True),
        # Overseas.
        ("1990-01-09", "97123", "97701", True),
    ],
)
def test_a_student_is_found_by_another_code_of_the_same_place(
    portes: Portes, naissance: str, enregistre: str, demande: str, trouve: bool
) -> None:
    portes.enregistrer(naissance=naissance, **{CODE: enregistre})
    assert portes.trouve(naissance=naissance, **{CODE: demande}) is trouve
    assert portes.trouve(naissance=naissance)


@pytest.mark.parametrize(
    ("naissance", "code", "garde", "avis"),
    [
        ("2004-01-09", "75012", "75112", ["naissance_code_postal"]),
        ("2004-01-09", "33000", "33063", ["naissance_code_postal"]),
        ("1960-01-09", "75012", "75012", ["naissance_ambigue"]),
        ("2004-01-09", "99100", None, ["naissance_pays_france"]),
        ("2004-01-09", "99999", "99999", ["naissance_inconnue"]),
        ("2004-01-09", "31999", "31999", ["naissance_inconnue"]),
        ("1995-01-09", "98506", "98506", []),
        ("1970-01-09", "20004", "20004", []),
        ("1958-01-09", "91352", "91352", []),
        ("2004-01-09", "91352", "91352", ["naissance_inconnue"]),
        ("1998-01-09", "74011", "74011", []),
        ("2004-01-09", "99350", "99350", []),
    ],
)
def test_a_registrar_is_told_how_a_doubtful_code_is_read(
    portes: Portes, naissance: str, code: str, garde: str | None, avis: list[str]
) -> None:
    assert [un["code"] for un in portes.enregistrer(naissance=naissance, **{CODE: code})] == avis
    assert Etudiant.objects.get().lieu_naissance == garde


@pytest.mark.parametrize(
    ("naissance", "enregistre", "nom", "departement", "trouve"),
    [
        ("2004-01-09", "75120", "Paris", "75", True),
        ("2004-01-09", "75120", "PARIS", "075", True),
        ("2004-01-09", "75112", "Paris 12", "75", True),
        ("2004-01-09", "75112", "Paris 12e Arrondissement", "75", True),
        ("2004-01-09", "75112", "12e arrondissement de Paris", "75", True),
        ("2004-01-09", "75112", "Paris XII", "75", True),
        ("2004-01-09", "75120", "Paris 12", "75", False),
        ("2004-01-09", "75112", "Paris 75012", "75", True),
        ("2004-01-09", "75120", "Paris 75012", "75", False),
        ("2004-01-09", "69388", "LYON 69008", "69", True),
        ("2004-01-09", "69388", "Lyon 08", "69", True),
        ("2004-01-09", "69388", "Lyon 8e", "69", True),
        ("2004-01-09", "69388", "LYON 8EME", "69", True),
        ("2004-01-09", "69388", "Lyon", "69", True),
        ("2004-01-09", "13205", "Marseille 5e", "13", True),
        ("2004-01-09", "13205", "Marseille 05", "013", True),
        # A name that the commune bore.
        ("2007-01-09", "91228", "Évry", "91", True),
        ("2007-01-09", "91228", "Évry-Courcouronnes", "91", True),
        ("1961-01-09", "78228", "Evry Petit Bourg", "91", True),
        ("2004-01-09", "31555", "Toulouse", "031", True),
        ("1960-01-09", "75012", "Boulogne-Billancourt", "92", True),
        ("1960-01-09", "92012", "Boulogne-Billancourt", "75", True),
        ("1970-01-09", "2A004", "Ajaccio", "20", True),
        ("2004-01-09", "2A004", "AJACCIO", "2a", True),
        ("1958-01-09", "91352", "Alger", "91", True),
        ("2004-01-09", "71076", "Chalon s/ Saône", "71", True),
        # No place at all: the search goes on without it.
        ("2004-01-09", "99350", "Casablanca", "99", True),
        ("2004-01-09", "31555", "Casablanca", "99", True),
        ("2004-01-09", "31555", "Toulouse", ..., True),
        ("2004-01-09", "31555", "Toulouse", "", True),
        ("2004-01-09", "31555", ..., "69", True),
        ("2004-01-09", "31555", ..., "Rhône", True),
    ],
)
def test_a_student_is_found_by_the_name_of_the_place(
    portes: Portes, naissance: str, enregistre: str, nom: object, departement: object, trouve: bool
) -> None:
    portes.enregistrer(naissance=naissance, **{CODE: enregistre})
    assert portes.trouve(naissance=naissance, **{NOM: nom, DEPARTEMENT: departement}) is trouve


@pytest.mark.parametrize(
    ("nom", "departement", "code"),
    [
        ("Nulle-Part-sur-Rien", "31", "01003"),
        ("Lyon 12", "69", "01003"),
        ("Lyon 75012", "69", "01003"),
        ("Paris 75021", "75", "01003"),
        ("Toulouse", "3", "00428"),
        ("Toulouse", "Haute-Garonne", "00428"),
        ("Toulouse", "2C", "00428"),
        ("Toulouse", "310", "00428"),
    ],
)
def test_a_pair_that_designates_nothing_is_said(
    portes: Portes, nom: str, departement: str, code: str
) -> None:
    assert codes(portes.demander(**{NOM: nom, DEPARTEMENT: departement})) == [code]


def test_v2_compares_places_in_the_same_way(portes: Portes) -> None:
    portes.enregistrer(naissance="1998-05-04", **{CODE: "74011"})
    for lieu, statut in (("74010", 200), ("74012", 404), ("99100", 200)):
        response = portes.demander_v2(
            nom="MARTIN", prenom="camille", dateDeNaissance="1998-05-04", sexe="f", lieuDeNaissance=lieu
        )
        assert response.status_code == statut


@pytest.mark.parametrize(
    ("pays", "garde", "avis"),
    [
        ("99352", "99352", []),
        ("Algérie", "99352", []),
        ("99100", None, []),
        ("FRANCE", None, []),
        ("Syldavie", None, ["pays_ecarte"]),
        ("", None, []),
    ],
)
def test_a_country_in_its_own_field_is_the_place(
    portes: Portes, pays: str, garde: str | None, avis: list[str]
) -> None:
    assert [un["code"] for un in portes.enregistrer(codeCogInseePaysNaissance=pays)] == avis
    assert Etudiant.objects.get().lieu_naissance == garde


def test_the_commune_wins_over_the_country(portes: Portes) -> None:
    portes.enregistrer(**{CODE: "31555"}, codeCogInseePaysNaissance="99352")
    assert Etudiant.objects.get().lieu_naissance == "31555"


@pytest.mark.parametrize(
    ("naissance", "avis"),
    [
        ("2024-03-27", ["age_invraisemblable"]),
        ("1932-03-27", ["age_invraisemblable"]),
        ("2004-03-27", []),
        ("1950-01-01", []),
    ],
)
def test_a_registrar_is_told_of_an_age_that_nobody_has(
    portes: Portes, naissance: str, avis: list[str]
) -> None:
    assert [un["code"] for un in portes.enregistrer(naissance=naissance)] == avis
