"""From FranceConnect's claims to the search: expected values written from the specification."""

import datetime
from typing import Any

import pytest

from statut_etudiant.api.franceconnect import pivot
from statut_etudiant.api.parametres import RechercheIdentite
from statut_etudiant.franceconnect.echecs import PivotAbsent, PivotInutilisable

AUJOURDHUI = datetime.date(2026, 11, 28)
CLAIMS: dict[str, Any] = {
    "family_name": "Lavergnat",
    "given_name": "Jean-Baptiste Marie Paul",
    "given_name_array": ["Jean-Baptiste", "Marie", "Paul"],
    "birthdate": "2002-09-30",
    "gender": "male",
    "birthplace": "87085",
    "birthcountry": "99100",
}


def lire(**autres: Any) -> RechercheIdentite:
    claims = {cle: valeur for cle, valeur in (CLAIMS | autres).items() if valeur is not ...}
    return pivot.lire(claims, aujourdhui=AUJOURDHUI)


def test_a_whole_pivot_identity_gives_a_whole_search() -> None:
    assert lire() == RechercheIdentite(
        nom="Lavergnat",
        prenom="Jean-Baptiste",
        date_naissance=datetime.date(2002, 9, 30),
        sexe="M",
        lieu="87085",
    )


@pytest.mark.parametrize(
    ("autres", "champ", "valeur"),
    [
        ({"given_name_array": ["Anne Laure", "Sophie"]}, "prenom", "Anne Laure"),
        ({"given_name_array": ...}, "prenom", "Jean-Baptiste"),
        ({"given_name_array": [], "given_name": "Zoé Marie"}, "prenom", "Zoé"),
        ({"given_name_array": ..., "given_name": ...}, "prenom", ""),
        ({"given_name_array": ..., "given_name": ""}, "prenom", ""),
        ({"gender": "female"}, "sexe", "F"),
        ({"gender": "unspecified"}, "sexe", None),
        ({"birthplace": ""}, "lieu", None),
        ({"birthplace": ...}, "lieu", None),
        ({"birthplace": "2A004"}, "lieu", "2A004"),
        ({"birthplace": "98735"}, "lieu", "98735"),
        ({"birthplace": "", "birthcountry": "99352"}, "lieu", "99352"),
        ({"birthplace": ..., "birthcountry": "99352"}, "lieu", "99352"),
        # Born abroad: country against country, whatever else is said.
        ({"birthplace": "31555", "birthcountry": "99352"}, "lieu", "99352"),
        ({"birthplace": ..., "birthcountry": ...}, "lieu", None),
        ({"birthdate": "2001-01-01"}, "date_naissance", datetime.date(2001, 1, 1)),
        ({"preferred_username": "Vandermeulen"}, "nom", "Lavergnat"),
        ({"family_name": "  de la tourelle "}, "nom", "de la tourelle"),
    ],
)
def test_each_claim_of_the_pivot_identity_is_read(autres: dict[str, Any], champ: str, valeur: Any) -> None:
    assert getattr(lire(**autres), champ) == valeur


@pytest.mark.parametrize("cle", ["family_name", "birthdate", "gender"])
@pytest.mark.parametrize("vide", [..., None, ""])
def test_nobody_is_looked_for_without_an_indispensable_claim(cle: str, vide: Any) -> None:
    with pytest.raises(PivotAbsent):
        lire(**{cle: vide})


@pytest.mark.parametrize(
    "autres",
    [
        {"birthdate": "2002-02-30"},
        {"birthdate": "2002-13-01"},
        {"birthdate": "30/09/2002"},
        {"birthdate": "20020930"},
        {"birthdate": "1850-01-01"},
        {"birthdate": "2030-01-01"},
        {"birthdate": 20020930},
        {"gender": "M"},
        {"gender": ["male"]},
        {"family_name": "12345"},
        {"family_name": "x" * 101},
        {"family_name": ["Lavergnat"]},
        {"given_name_array": "Jean"},
        {"given_name_array": [1]},
        {"given_name_array": ["<script>"]},
        {"birthplace": "Limoges"},
        {"birthplace": 87085},
        {"birthcountry": "FR"},
        {"birthcountry": "87085"},
    ],
)
def test_a_value_that_cannot_be_what_it_claims_is_refused(autres: dict[str, Any]) -> None:
    with pytest.raises(PivotInutilisable):
        lire(**autres)
