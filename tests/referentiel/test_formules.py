"""Formula injection in exported cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referentiel.exports.formules import neutraliser, restituer

ACTIFS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("signe", ACTIFS)
def test_cell_that_a_spreadsheet_would_run_starts_with_an_apostrophe(signe):
    assert neutraliser(f"{signe}cmd|' /C calc'!A0") == f"'{signe}cmd|' /C calc'!A0"


@pytest.mark.parametrize("texte", ["", "Le Goff", "'t Hooft", "2004-03-27", "a=b", "d'Artagnan", "''"])
def test_other_cells_are_left_alone(texte):
    assert neutraliser(texte) == restituer(texte) == texte


@given(st.text("='+-@\t\r\nab", max_size=6) | st.text())
def test_import_takes_away_what_export_adds(texte):
    neutre = neutraliser(texte)
    assert restituer(neutre) == texte
    assert neutre[:1] not in set(ACTIFS)
