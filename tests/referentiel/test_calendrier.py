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
def test_l_annee_universitaire_commence_le_1er_septembre(jour: date, debut: date) -> None:
    assert debut_annee_universitaire(jour) == debut


def test_l_historique_remonte_du_nombre_d_annees_demande() -> None:
    assert debut_historique(date(2026, 11, 21), 0) == date(2026, 9, 1)
    assert debut_historique(date(2026, 5, 1), 2) == date(2023, 9, 1)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_tout_jour_est_dans_l_annee_universitaire_qui_le_contient(jour: date) -> None:
    debut = debut_annee_universitaire(jour)
    assert (debut.month, debut.day) == (9, 1)
    assert debut <= jour < debut.replace(year=debut.year + 1)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2200, 1, 1)), st.integers(0, 40))
def test_une_annee_d_historique_de_plus_recule_d_un_an_juste(jour: date, annees: int) -> None:
    ici, avant = debut_historique(jour, annees), debut_historique(jour, annees + 1)
    assert ici == avant.replace(year=avant.year + 1)
    assert debut_historique(jour, 0) == debut_annee_universitaire(jour)


def test_un_historique_demesure_sert_tout_sans_erreur() -> None:
    assert debut_historique(date(2026, 11, 21), 9999) <= date(1900, 1, 1)
