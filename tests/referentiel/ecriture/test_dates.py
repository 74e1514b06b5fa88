"""The three dates of a line: their form, their bounds, their order."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referentiel.identifiants import lire_date
from tests.referentiel.ecriture.aides import AUJOURDHUI, codes, juger

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


@given(st.dates(datetime.date(1900, 1, 1), AUJOURDHUI))
def test_any_day_of_the_range_is_a_birth_date(jour):
    assert lire_date(jour.isoformat()) == jour
    valide, erreurs, _ = juger(
        dateNaissance=jour.isoformat(), dateDebutInscription="2027-09-01", dateFinInscription="2028-08-31"
    )
    assert erreurs == []
    assert valide.date_naissance == jour
