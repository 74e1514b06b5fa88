"""One line, judged: what is taken, in which form it is kept, what is refused and how it is said."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referentiel.ecriture.validation import LigneValide, valider
from tests.referentiel.ecriture.aides import (
    BAC_A_SABLE,
    CONTEXTE,
    FERME,
    INE_JUSTE,
    TOULOUSE,
    champs,
    codes,
    contexte,
    juger,
)


def test_smallest_line_is_taken_and_what_it_does_not_give_is_nothing():
    valide, erreurs, avis = valider(champs(), CONTEXTE, ligne=12)
    assert (erreurs, avis) == ([], [])
    assert valide == LigneValide(
        ligne=12,
        ine=INE_JUSTE,
        date_naissance=datetime.date(2004, 3, 27),
        etablissement_id=TOULOUSE.id,
        fictif=False,
        precision_naissance="jour",
        date_debut=datetime.date(2026, 9, 1),
        date_fin=datetime.date(2027, 8, 31),
        statut="inscrit",
        regime=None,
        code_commune=None,
        cursus=None,
        diplome="",
        niveau_diplome=None,
        nom_naissance=None,
        prenoms=None,
        sexe=None,
        lieu_naissance=None,
    )


def test_values_kept_are_plain_texts_for_the_database_driver():
    valide, _, _ = juger(statut=1, regime=5, cursus="m")
    assert [type(valeur) for valeur in (valide.statut, valide.regime, valide.cursus)] == [str, str, str]
    assert (valide.statut, valide.regime, valide.cursus) == ("admis", "RF4", "M")


@pytest.mark.parametrize("champ", ["regime", "codeCommune", "cursus", "diplome", "niveauDiplome", "identite"])
@pytest.mark.parametrize("valeur", [None, "", "   ", ...])
def test_optional_field_not_given_is_as_absent(champ, valeur):
    attendue, _, _ = valider(champs(), CONTEXTE)
    valide, erreurs, avis = juger(**{champ: valeur})
    assert (valide, erreurs, avis) == (attendue, [], [])


@pytest.mark.parametrize(
    "champ", ["ine", "dateNaissance", "uai", "dateDebutInscription", "dateFinInscription", "statut"]
)
@pytest.mark.parametrize("valeur", [None, "", " \t", "\n", ...])
def test_mandatory_field_not_given_is_said_so(champ, valeur):
    valide, erreurs, _ = juger(**{champ: valeur})
    assert valide is None
    assert codes(erreurs) == [(champ, "obligatoire")]


def test_empty_line_reports_every_mandatory_field_in_the_order_of_the_contract():
    _, erreurs, _ = valider({}, CONTEXTE)
    assert [erreur.champ for erreur in erreurs] == [
        "ine",
        "dateNaissance",
        "uai",
        "dateDebutInscription",
        "dateFinInscription",
        "statut",
    ]


def test_all_errors_come_at_once_in_the_order_of_the_contract():
    faux = {
        "identite": {"prenoms": 1, "codeCogInseeCommuneNaissance": "x", "sexe": "?", "nomNaissance": []},
        "niveauDiplome": 1,
        "diplome": {},
        "cursus": "Z",
        "codeCommune": "?",
        "regime": "RF8",
        "statut": "parti",
        "dateFinInscription": "demain",
        "dateDebutInscription": "1999-01-01",
        "uai": "1",
        "dateNaissance": "2004-02-30",
        "ine": 3,
    }
    _, erreurs, _ = valider(faux, CONTEXTE)
    assert codes(erreurs) == [
        ("ine", "format"),
        ("dateNaissance", "date_impossible"),
        ("uai", "format"),
        ("dateFinInscription", "format"),
        ("statut", "valeur_inconnue"),
        ("regime", "valeur_inconnue"),
        ("codeCommune", "format"),
        ("cursus", "valeur_inconnue"),
        ("diplome", "format"),
        ("niveauDiplome", "format"),
        ("identite.nomNaissance", "format"),
        ("identite.prenoms", "format"),
        ("identite.sexe", "valeur_inconnue"),
        ("identite.codeCogInseeCommuneNaissance", "format"),
    ]


# Identifiers


@pytest.mark.parametrize("ine", ["1234567890v", " 1234567890V "])
def test_ine_is_kept_upper_case_without_outer_blanks(ine):
    valide, erreurs, avis = juger(ine=ine)
    assert (valide.ine, erreurs, avis) == (INE_JUSTE, [], [])


@pytest.mark.parametrize(
    "ine",
    [
        "1234567890V\n",
        "1234567890",
        "123456789012",
        "1234567890I",
        "12345678\x0090V",
        "１２３４５６７８９０V",
        1234567890,
        1.5,
        True,
        [INE_JUSTE],
        {"ine": INE_JUSTE},
        pytest.param("A" * 100_000, id="100 kB"),
    ],
)
def test_malformed_ine_is_refused(ine):
    valide, erreurs, _ = juger(ine=ine)
    assert valide is None
    assert codes(erreurs) == [("ine", "format")]


def test_wrong_keys_are_notices_and_the_line_is_taken():
    valide, erreurs, avis = juger(ine="1234567890A", uai=BAC_A_SABLE.uai)
    assert erreurs == []
    assert codes(avis) == [("ine", "cle"), ("uai", "cle")]
    assert (valide.ine, valide.etablissement_id, valide.fictif) == ("1234567890A", BAC_A_SABLE.id, True)


@pytest.mark.parametrize(
    ("uai", "code"),
    [
        ("0311385M", "uai_inconnu"),
        ("031138", "format"),
        ("0311384L\n", "format"),
        (311384, "format"),
        pytest.param("0" * 1000, "format", id="1 kB"),
    ],
)
def test_uai_that_designates_nothing_is_refused(uai, code):
    valide, erreurs, _ = juger(uai=uai)
    assert valide is None
    assert codes(erreurs) == [("uai", code)]


def test_sender_writes_for_its_own_establishments_only():
    sien = contexte(uais_autorises=frozenset({TOULOUSE.uai}))
    assert valider(champs(), sien)[1] == []
    valide, erreurs, _ = valider(champs(uai=FERME.uai), sien)
    assert valide is None
    assert codes(erreurs) == [("uai", "uai_non_autorise")]


def test_sender_without_any_establishment_writes_nowhere():
    _, erreurs, _ = valider(champs(), contexte(uais_autorises=frozenset()))
    assert codes(erreurs) == [("uai", "uai_non_autorise")]


def test_closed_establishment_is_a_notice():
    valide, erreurs, avis = juger(uai=FERME.uai.lower())
    assert erreurs == []
    assert codes(avis) == [("uai", "etablissement_ferme")]
    assert valide.etablissement_id == FERME.id


# Place of study


def test_postal_code_of_the_establishment_becomes_its_cog_and_is_reported():
    valide, erreurs, avis = juger(codeCommune="31400")
    assert erreurs == []
    assert valide.code_commune == "31555"
    assert codes(avis) == [("codeCommune", "code_postal_converti")]
    assert "31555" in avis[0].message


def test_commune_far_from_the_establishment_is_taken_with_a_notice():
    valide, erreurs, avis = juger(codeCommune="29232")
    assert (valide.code_commune, erreurs) == ("29232", [])
    assert codes(avis) == [("codeCommune", "commune_eloignee")]


@pytest.mark.parametrize(
    ("valeur", "code"),
    [
        ("31999", "commune_inconnue"),
        ("3155", "format"),
        ("31555x", "format"),
        (31555, "format"),
        (["31555"], "format"),
        ("3155\x00", "format"),
        ("３1555", "format"),
    ],
)
def test_place_of_study_that_designates_nothing_is_refused(valeur, code):
    valide, erreurs, _ = juger(codeCommune=valeur)
    assert valide is None
    assert codes(erreurs) == [("codeCommune", code)]


def test_place_of_study_is_not_judged_without_an_establishment():
    _, erreurs, _ = juger(codeCommune="31999", uai="0311385M")
    assert codes(erreurs) == [("uai", "uai_inconnu")]


# Whatever the values

SCALAIRES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(st.characters(categories=["Cs", "Cc", "Cf"])),
    st.sampled_from(["31400", "1", "RF1", "2004-02-30", "99999", "0311384L", INE_JUSTE]),
)
JSON = st.recursive(
    SCALAIRES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
IDENTITES = JSON | st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("nomNaissance", "prenoms", "sexe", "codeCogInseeCommuneNaissance"), JSON),
)


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys([*champs(), "codeCommune", "regime", "cursus", "diplome"], JSON)
    ),
    IDENTITES,
)
def test_any_value_gives_a_line_or_errors_that_can_be_stored(valeurs, identite):
    valide, erreurs, avis = valider({**champs(), **valeurs, "identite": identite}, CONTEXTE)
    assert (valide is None) is bool(erreurs)
    for signalement in erreurs + avis:
        for texte in signalement:
            assert texte.isprintable()
            texte.encode()
    if valide is not None:
        for texte in (valide.diplome, valide.nom_naissance or "", *(valide.prenoms or [])):
            assert texte.isprintable()
