from datetime import date

import pytest

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
