"""One line, judged: what is taken, in which form it is kept, what is refused and how it is said."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referentiel.ecriture.validation import LigneValide, valider
from referentiel.identifiants import lire_date
from tests.referentiel.ecriture.aides import (
    AUJOURDHUI,
    BAC_A_SABLE,
    FERME,
    INE_JUSTE,
    TOULOUSE,
    champs,
    contexte,
)

CONTEXTE = contexte()


def juger(**remplace):
    return valider(champs(**remplace), CONTEXTE)


def codes(signalements):
    return [(signalement.champ, signalement.code) for signalement in signalements]


def test_smallest_line_is_taken_with_the_defaults_of_the_contract():
    valide, erreurs, avis = valider(champs(), CONTEXTE, ligne=12)
    assert (erreurs, avis) == ([], [])
    assert valide == LigneValide(
        ligne=12,
        ine=INE_JUSTE,
        date_naissance=datetime.date(2004, 3, 27),
        etablissement_id=TOULOUSE.id,
        fictif=False,
        date_debut=datetime.date(2026, 9, 1),
        date_fin=datetime.date(2027, 8, 31),
        statut="inscrit",
        regime="RF1",
        code_commune="31555",
        cursus="",
        diplome="",
        niveau_diplome="",
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


# Dates

MALFORMEES = [
    "20040327",
    "2004-W13-6",
    "2004-3-27",
    "27/03/2004",
    "2004-03-27T00:00",
    "2004-03-27\n",
    " 2004-03-27",
    "２００４-03-27",
    20040327,
    1.5,
    True,
    ["2004-03-27"],
    {},
]


@pytest.mark.parametrize("champ", ["dateNaissance", "dateDebutInscription", "dateFinInscription"])
@pytest.mark.parametrize("valeur", MALFORMEES)
def test_date_in_another_form_is_refused(champ, valeur):
    valide, erreurs, _ = juger(**{champ: valeur})
    assert valide is None
    assert codes(erreurs) == [(champ, "format")]


@pytest.mark.parametrize("valeur", ["2021-06-31", "2023-02-29", "2004-13-01", "2004-00-10", "0000-01-01"])
@pytest.mark.parametrize("champ", ["dateNaissance", "dateDebutInscription", "dateFinInscription"])
def test_day_that_does_not_exist_is_refused(champ, valeur):
    valide, erreurs, _ = juger(**{champ: valeur})
    assert valide is None
    assert codes(erreurs) == [(champ, "date_impossible")]


@pytest.mark.parametrize(
    ("naissance", "pris"),
    [("1899-12-31", False), ("1900-01-01", True), ("2026-11-21", True), ("2026-11-22", False)],
)
def test_birth_is_between_1900_and_today(naissance, pris):
    valide, erreurs, _ = juger(
        dateNaissance=naissance, dateDebutInscription="2027-09-01", dateFinInscription="2028-08-31"
    )
    assert (valide is not None) is pris
    assert codes(erreurs) == ([] if pris else [("dateNaissance", "date_impossible")])


@pytest.mark.parametrize(
    ("debut", "fin", "pris"),
    [
        ("2026-09-01", "2026-09-01", False),
        ("2026-09-02", "2026-09-01", False),
        ("2026-09-01", "2026-09-02", True),
        ("2026-09-01", "2032-09-01", True),
        ("2026-09-01", "2032-09-02", False),
        ("2024-02-29", "2030-02-28", True),
        ("2024-02-29", "2030-03-01", False),
    ],
)
def test_record_ends_after_its_start_and_six_years_later_at_most(debut, fin, pris):
    valide, erreurs, _ = juger(dateDebutInscription=debut, dateFinInscription=fin)
    assert (valide is not None) is pris
    assert codes(erreurs) == ([] if pris else [("dateFinInscription", "dates_incoherentes")])


def test_record_cannot_start_before_the_birth():
    _, erreurs, _ = juger(dateDebutInscription="2004-03-27", dateFinInscription="2005-08-31")
    assert codes(erreurs) == [("dateDebutInscription", "dates_incoherentes")]


def test_year_mistyped_is_refused_as_unlikely():
    _, erreurs, _ = juger(dateDebutInscription="0202-09-01", dateFinInscription="9999-12-31")
    assert codes(erreurs) == [
        ("dateDebutInscription", "date_impossible"),
        ("dateFinInscription", "date_impossible"),
    ]


@given(st.dates(datetime.date(2005, 1, 1), datetime.date(2090, 1, 1)), st.integers(-400, 2500))
def test_duration_rule_holds_for_any_two_days(debut, jours):
    fin = debut + datetime.timedelta(days=jours)
    try:
        limite = debut.replace(year=debut.year + 6)
    except ValueError:  # 29 February
        limite = datetime.date(debut.year + 6, 2, 28)
    valide, _, _ = juger(dateDebutInscription=debut.isoformat(), dateFinInscription=fin.isoformat())
    assert (valide is not None) is (debut < fin <= limite)


# Closed lists


@pytest.mark.parametrize(
    ("forme", "statut"),
    [
        *((forme, "admis") for forme in (1, "1", "admis", "ADMIS ", "Admis")),
        *((forme, "inscrit") for forme in (2, "2", " 2", "inscrit", "Inscrit")),
    ],
)
def test_statut_forms(forme, statut):
    assert juger(statut=forme)[0].statut == statut


@pytest.mark.parametrize(
    "forme",
    [
        0,
        3,
        "3",
        "-1",
        "01",
        "1.0",
        "admise",
        pytest.param(10**5000, id="5000 digits"),
        pytest.param("x" * 10**6, id="1 MB"),
        "²",
        "\x00",
    ],
)
def test_statut_not_in_the_list_is_refused(forme):
    valide, erreurs, _ = juger(statut=forme)
    assert valide is None
    assert codes(erreurs) == [("statut", "valeur_inconnue")]


@pytest.mark.parametrize("champ", ["statut", "regime", "cursus"])
@pytest.mark.parametrize("valeur", [True, False, 1.0, [1], {"a": 1}, [], {}])
def test_choice_of_a_wrong_type_is_refused(champ, valeur):
    valide, erreurs, _ = juger(**{champ: valeur})
    assert valide is None
    assert codes(erreurs) == [(champ, "format")]


REGIMES = [
    # number in the write API's order, code, label: copied from the contract, not from the code
    (1, "RF1", "formation initiale"),
    (2, "RF5", "formation continue"),
    (3, "RF2", "formation initiale hors apprentissage"),
    (4, "RF3", "reprise d'études non financée sans convention"),
    (5, "RF4", "contrat d'apprentissage"),
    (6, "RF6", "formation continue hors contrat professionnel"),
    (7, "RF7", "contrat de professionnalisation"),
]


@pytest.mark.parametrize(("numero", "code", "libelle"), REGIMES)
def test_regime_forms(numero, code, libelle):
    formes = [numero, str(numero), code, code.lower(), libelle, libelle.upper(), libelle.replace("'", "’")]
    assert {juger(regime=forme)[0].regime for forme in formes} == {code}


@pytest.mark.parametrize("forme", [0, 8, "8", "RF0", "RF8", "RF", "initiale", "-3"])
def test_regime_not_in_the_list_is_refused(forme):
    assert codes(juger(regime=forme)[1]) == [("regime", "valeur_inconnue")]


@pytest.mark.parametrize(("forme", "cursus"), [("L", "L"), ("M", "M"), ("D", "D"), ("d", "D"), (" L ", "L")])
def test_cursus_forms(forme, cursus):
    assert juger(cursus=forme)[0].cursus == cursus


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


# Free texts


def test_texts_are_kept_in_one_spelling():
    decompose = "  Licence\u00a0d'e\u0301conomie   generale "
    assert juger(diplome=decompose)[0].diplome == "Licence d'économie generale"


@pytest.mark.parametrize(("champ", "maximum"), [("diplome", 255), ("niveauDiplome", 100)])
def test_texts_have_a_maximum(champ, maximum):
    assert juger(**{champ: "é" * maximum})[1] == []
    for valeur in ("é" * (maximum + 1), "x" * 10_000_000):
        valide, erreurs, _ = juger(**{champ: valeur})
        assert valide is None
        assert codes(erreurs) == [(champ, "trop_long")]
        assert len(erreurs[0].valeur) <= 101


@pytest.mark.parametrize(
    "caractere", ["\x00", "\n", "\t", "\x1b", "\x85", "\ud800", "\u202e", "\u200b", "\ufeff"]
)
def test_characters_that_no_text_holds_are_refused_and_named(caractere):
    valide, erreurs, _ = juger(diplome=f"Licence{caractere}1")
    assert valide is None
    assert codes(erreurs) == [("diplome", "caractere_interdit")]
    assert f"U+{ord(caractere):04X}" in erreurs[0].message
    assert erreurs[0].valeur == "Licence\ufffd1"


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


@given(st.dates(datetime.date(1900, 1, 1), AUJOURDHUI))
def test_any_day_of_the_range_is_a_birth_date(jour):
    assert lire_date(jour.isoformat()) == jour
    valide, erreurs, _ = juger(
        dateNaissance=jour.isoformat(), dateDebutInscription="2027-09-01", dateFinInscription="2028-08-31"
    )
    assert erreurs == []
    assert valide.date_naissance == jour
