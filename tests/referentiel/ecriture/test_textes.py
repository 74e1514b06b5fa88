"""Free texts of a line: one spelling, a maximum, no hidden character."""

import pytest

from tests.referentiel.ecriture.aides import codes, juger


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
    "caractere", ["\x00", "\n", "\t", "\x1b", "\x85", chr(0xD800), "\u202e", "\u200b", "\ufeff", "\ufffd"]
)
def test_characters_that_no_text_holds_are_refused_and_named(caractere):
    valide, erreurs, _ = juger(diplome=f"Licence{caractere}1")
    assert valide is None
    assert codes(erreurs) == [("diplome", "caractere_interdit")]
    assert f"U+{ord(caractere):04X}" in erreurs[0].message
    assert erreurs[0].valeur == "Licence\ufffd1"
