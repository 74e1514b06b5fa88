"""The report of rejected lines: what can be corrected and sent again, with nothing lost on the way."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from referentiel.ecriture.signalements import Signalement
from referentiel.imports.correspondance import LigneLue, parcourir
from referentiel.imports.depots.rapport import RapportRejets
from referentiel.imports.lecture.ouverture import ouvrir

ERREUR = Signalement("dateNaissance", "x", "format", "Valeur mal formée.")
AUTRE = Signalement("", "", "guillemets", "Guillemets mal placés.")


def ecrire(entetes, *lignes):
    return b"".join(RapportRejets(entetes).ecrire("csv", lignes))


def relire(octets):
    assert octets.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))


def rejeter(octets):
    """Every line of a file, rejected."""
    lecture = ouvrir(io.BytesIO(octets), "depot")
    return ecrire(lecture.entetes, *((lue, [lue.refus or ERREUR]) for lue in parcourir(lecture)))


def test_original_columns_then_the_reasons():
    octets = ecrire(
        ["INE", "Né le", "commentaire"],
        (LigneLue(12, {}, ["1", "é;", "x"], None), [ERREUR, AUTRE]),
        (LigneLue(15, None, ["2"], AUTRE), [AUTRE]),
    )
    assert relire(octets) == [
        ["INE", "Né le", "commentaire", "erreurs"],
        ["1", "é;", "x", "ligne 12 | Né le : Valeur mal formée. | Guillemets mal placés."],
        ["2", "", "", "ligne 15 | Guillemets mal placés."],
    ]


def test_reasons_name_the_columns_as_this_file_does():
    """`identite.sexe` is the API's word: the file has a column `sexe`, or `Civilité`."""
    erreurs = [
        Signalement("identite.sexe", "Z", "valeur_inconnue", "M ou F."),
        Signalement("identite.prenoms", "", "obligatoire", "Absent."),
    ]
    for titre in ("sexe", "Sexe", "identite.sexe"):
        [_, (*_, dit)] = relire(ecrire(["ine", titre], (LigneLue(2, {}, ["1", "Z"], None), erreurs)))
        assert dit == f"ligne 2 | {titre} : M ou F. | prenoms : Absent."


def test_report_without_any_line_is_a_header():
    assert relire(ecrire(["ine"])) == [["ine", "erreurs"]]


def test_formulas_are_neutralised_in_every_cell():
    octets = ecrire(["=a", "b"], (LigneLue(2, {}, ["@x", "\t=y"], None), [ERREUR._replace(champ="=1")]))
    assert relire(octets)[0] == ["'=a", "b", "erreurs"]
    assert relire(octets)[1][:2] == ["'@x", "'=y"]


def test_errors_of_a_report_sent_again_are_replaced():
    premier = rejeter(b"ine;uai\n1;2\n")
    second = rejeter(premier)
    assert relire(second) == relire(premier)
    assert [titre for titre in relire(second)[0] if titre == "erreurs"] == ["erreurs"]


def test_cells_in_excess_are_kept():
    assert relire(rejeter(b"ine;uai\n1;2;3\n"))[1] == [
        "1",
        "2",
        "ligne 2 | Nombre de cellules : 3, au lieu des 2 de l'en-tête.",
        "3",
    ]


def test_hostile_values_do_not_break_the_report():
    octets = ecrire(["a"], (LigneLue(2, {}, ["\ud800\x00\x1b"], None), [ERREUR]))
    assert relire(octets)[1][0] == ""  # a file that holds a NUL would be refused


def test_objects_are_written_in_the_columns_that_say_the_same():
    octets = (
        b'{"ine": 12, "statut": "admis", "autre": 1, "identite": '
        b'{"nomNaissance": "=x", "prenoms": ["Anne", "Zoe"], "sexe": null}}\n{"identite": [1], "regime": {}}\n{"a\n'
    )
    entete, premiere, deuxieme, troisieme = relire(rejeter(octets))
    assert entete[:2] == ["ine", "dateNaissance"]
    vue = dict(zip(entete, premiere, strict=True))
    assert (vue["ine"], vue["statut"], vue["nomNaissance"], vue["prenoms"], vue["sexe"]) == (
        "12",
        "admis",
        "'=x",
        "Anne, Zoe",
        "",
    )
    assert dict(zip(entete, deuxieme, strict=True))["regime"] == "{…}"
    assert troisieme[0] == '{"a'


CELLULES = st.text("='+-@\"\n; aé\t", max_size=5)


@given(st.lists(st.lists(CELLULES, min_size=3, max_size=3), min_size=1, max_size=5))
def test_report_sent_again_says_what_the_file_said(lignes):
    texte = io.StringIO(newline="")
    csv.writer(texte, delimiter=";").writerows([["ine", "diplome", "nomNaissance"], ["x", "x", "x"], *lignes])
    origine = [lue.champs for lue in parcourir(ouvrir(io.BytesIO(texte.getvalue().encode()), "x"))]
    rapport = rejeter(texte.getvalue().encode())
    renvoyees = [lue.champs for lue in parcourir(ouvrir(io.BytesIO(rapport), "x"))]
    assert renvoyees == origine
