"""The university year: what is served, and from when."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referentiel.calendrier import debut_annee_universitaire, debut_historique


@pytest.mark.parametrize(
    ("jour", "debut"),
    [
        (date(2026, 8, 31), date(2025, 9, 1)),
        (date(2026, 9, 1), date(2026, 9, 1)),
        (date(2026, 12, 31), date(2026, 9, 1)),
        (date(2027, 1, 1), date(2026, 9, 1)),
    ],
)
def test_the_university_year_starts_on_1_september(jour: date, debut: date) -> None:
    assert debut_annee_universitaire(jour) == debut


def test_the_history_goes_back_as_many_years_as_asked() -> None:
    assert debut_historique(date(2026, 11, 21), 0) == date(2026, 9, 1)
    assert debut_historique(date(2026, 5, 1), 2) == date(2023, 9, 1)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_every_day_is_within_its_university_year(jour: date) -> None:
    debut = debut_annee_universitaire(jour)
    assert (debut.month, debut.day) == (9, 1)
    assert debut <= jour < debut.replace(year=debut.year + 1)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2200, 1, 1)), st.integers(0, 40))
def test_one_more_year_of_history_goes_back_one_year_exactly(jour: date, annees: int) -> None:
    ici, avant = debut_historique(jour, annees), debut_historique(jour, annees + 1)
    assert ici == avant.replace(year=avant.year + 1)
    assert debut_historique(jour, 0) == debut_annee_universitaire(jour)


def test_an_enormous_history_serves_all_without_error() -> None:
    assert debut_historique(date(2026, 11, 21), 9999) <= date(1900, 1, 1)
