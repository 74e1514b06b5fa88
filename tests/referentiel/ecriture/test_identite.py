"""The optional identity of a line."""

import pytest

from referentiel.ecriture.identite import separer_prenoms
from referentiel.ecriture.validation import valider
from tests.referentiel.ecriture.aides import champs, contexte, identite

CONTEXTE = contexte()


def juger(donnee):
    valide, erreurs, avis = valider(champs(identite=donnee), CONTEXTE)
    return valide, [(e.champ, e.code) for e in erreurs], [(a.champ, a.code) for a in avis]


def test_identity_is_kept():
    valide, erreurs, avis = juger(identite(codeCogInseeCommuneNaissance="29232"))
    assert (erreurs, avis) == ([], [])
    assert valide[-4:] == ("Le Goff", ["Anne-Marie", "Gaëlle"], "F", "29232")


def test_birth_place_is_optional():
    valide, erreurs, _ = juger(identite())
    assert (valide.lieu_naissance, erreurs) == (None, [])


@pytest.mark.parametrize("donnee", [{}, {"sexe": "", "prenoms": None}, {"nomNaissance": " "}, {"autre": "x"}])
def test_identity_without_any_value_is_no_identity(donnee):
    valide, erreurs, _ = juger(donnee)
    assert erreurs == []
    assert valide[-4:] == (None, None, None, None)


@pytest.mark.parametrize("valeur", [..., None, "", "  "])
def test_identity_has_a_name(valeur):
    valide, erreurs, _ = juger(identite(nomNaissance=valeur))
    assert valide is None
    assert erreurs == [("identite.nomNaissance", "obligatoire")]


def test_forgotten_given_names_are_not_a_person_without_any():
    valide, erreurs, _ = juger(identite(prenoms=...))
    assert valide is None
    assert erreurs == [("identite.prenoms", "obligatoire")]


@pytest.mark.parametrize("valeur", [None, "", "  ", [], [""], [None, " "]])
def test_blank_given_names_are_a_person_with_a_single_name(valeur):
    valide, erreurs, avis = juger(identite(prenoms=valeur))
    assert (valide.prenoms, erreurs) == ([], [])
    assert avis == [("identite.prenoms", "nom_seul")]


@pytest.mark.parametrize("valeur", [..., None, "", "  "])
def test_unknown_sexe_is_kept_unknown(valeur):
    valide, erreurs, avis = juger(identite(sexe=valeur))
    assert (valide.sexe, erreurs, avis) == (None, [], [])


@pytest.mark.parametrize("donnee", ["Le Goff", 3, True, [identite()], ["x"]])
def test_identity_is_an_object(donnee):
    valide, erreurs, _ = juger(donnee)
    assert valide is None
    assert erreurs == [("identite", "format")]


@pytest.mark.parametrize("sexe", ["m", "M"])
def test_a_sexe_is_read_in_any_case(sexe):
    assert juger(identite(sexe=sexe))[0].sexe == "M"


@pytest.mark.parametrize(
    ("champ", "valeur", "code"),
    [
        ("nomNaissance", "N" * 101, "trop_long"),
        ("nomNaissance", "Le\x00Goff", "caractere_interdit"),
        ("nomNaissance", "---", "format"),
        ("nomNaissance", 12, "format"),
        ("nomNaissance", ["Le Goff"], "format"),
        ("prenoms", "Anne-Marie, Gaëlle", "format"),
        ("prenoms", ["Anne", None], "obligatoire"),
        ("prenoms", ["Anne", 3], "format"),
        ("prenoms", ["Anne", ["Marie"]], "format"),
        ("prenoms", ["Anne\ud800"], "caractere_interdit"),
        ("prenoms", ["."], "format"),
        ("prenoms", ["A" * 101], "trop_long"),
        ("prenoms", ["Anne"] * 21, "trop_nombreux"),
        ("prenoms", {"0": "Anne"}, "format"),
        ("sexe", "X", "valeur_inconnue"),
        ("sexe", 1, "valeur_inconnue"),
        ("sexe", True, "format"),
        ("codeCogInseeCommuneNaissance", "Brest", "format"),
        ("codeCogInseeCommuneNaissance", 29232, "format"),
        ("codeCogInseeCommuneNaissance", "29232\n", "format"),
        pytest.param("codeCogInseeCommuneNaissance", "9" * 10_000, "format", id="10 kB"),
    ],
)
def test_wrong_identity_field_is_refused(champ, valeur, code):
    valide, erreurs, _ = juger(identite(**{champ: valeur}))
    assert valide is None
    assert erreurs == [(f"identite.{champ}", code)]


def test_limits_of_sizes_are_taken():
    valide, erreurs, _ = juger(identite(nomNaissance="N" * 100, prenoms=["P" * 100] * 20))
    assert erreurs == []
    assert len(valide.prenoms) == 20


def test_birth_place_of_the_right_shape_but_unknown_is_kept_with_a_notice():
    valide, erreurs, avis = juger(identite(codeCogInseeCommuneNaissance="29999"))
    assert (valide.lieu_naissance, erreurs) == ("29999", [])
    assert avis == [("identite.codeCogInseeCommuneNaissance", "naissance_inconnue")]


def test_birth_abroad_is_taken():
    valide, erreurs, avis = juger(identite(codeCogInseeCommuneNaissance="99350"))
    assert (valide.lieu_naissance, erreurs, avis) == ("99350", [], [])


@pytest.mark.parametrize(
    ("cellule", "prenoms"),
    [
        ("Jean", ["Jean"]),
        ("Jean Pierre, Marie", ["Jean Pierre", "Marie"]),
        (" Jean ,, Marie,", ["Jean", "Marie"]),
        (",", []),
        ("", []),
    ],
)
def test_given_names_of_a_cell(cellule, prenoms):
    assert separer_prenoms(cellule) == prenoms
