"""Closed lists of a line: every form that the contract accepts, and no other."""

import pytest

from tests.referentiel.ecriture.aides import codes, juger


@pytest.mark.parametrize(
    ("forme", "statut"),
    [
        *((forme, "admis") for forme in (1, "1", "admis", "ADMIS ", "Admis")),
        *((forme, "inscrit") for forme in (2, "2", " 2", "inscrit", "Inscrit")),
    ],
)
def test_every_form_of_a_statut_is_read(forme, statut):
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
def test_every_form_of_a_regime_is_read(numero, code, libelle):
    formes = [numero, str(numero), code, code.lower(), libelle, libelle.upper(), libelle.replace("'", "’")]
    assert {juger(regime=forme)[0].regime for forme in formes} == {code}


@pytest.mark.parametrize("forme", [0, 8, "8", "RF0", "RF8", "RF", "initiale", "-3"])
def test_regime_not_in_the_list_is_refused(forme):
    assert codes(juger(regime=forme)[1]) == [("regime", "valeur_inconnue")]


@pytest.mark.parametrize(("forme", "cursus"), [("L", "L"), ("M", "M"), ("D", "D"), ("d", "D"), (" L ", "L")])
def test_every_form_of_a_cursus_is_read(forme, cursus):
    assert juger(cursus=forme)[0].cursus == cursus
