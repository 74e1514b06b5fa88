"""XLSX and ODS: values as a CSV file would hold them."""

import datetime
import io

import openpyxl
import pytest

from referentiel.imports.lecture.base import LIMITE_CELLULE
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible
from referentiel.imports.lecture.ouverture import ouvrir
from tests.referentiel.imports.classeurs import (
    cellule_ods,
    contenu_ods,
    enregistrer,
    feuille_xlsx,
    ligne_ods,
    ods,
    xlsx,
)


def lire(octets):
    return ouvrir(io.BytesIO(octets), "sans-rapport.pdf")


def refus(octets):
    with pytest.raises(FichierIllisible) as erreur:
        lire(octets)
    return erreur.value.message


def test_xlsx_values_are_those_of_a_csv_file():
    minuit = datetime.datetime.fromisoformat("2004-03-27")
    octets = xlsx(
        ["ine", "dateNaissance", "statut", "codeCommune", "diplome"],
        ["0123456789X", datetime.date(2004, 3, 27), 1, "01001", "Droit"],
        ["é;,", minuit, 2.0, 1.5, True],
        [None, minuit.replace(hour=8, minute=30), 12345678901, -3, datetime.time(8, 30)],
    )
    lecture = lire(octets)
    assert (lecture.format, lecture.encodage, lecture.separateur, lecture.avis) == ("xlsx", "", "", ())
    assert lecture.entetes == ["ine", "dateNaissance", "statut", "codeCommune", "diplome"]
    assert list(lecture.lignes()) == [
        (2, ["0123456789X", "2004-03-27", "1", "01001", "Droit"]),
        (3, ["é;,", "2004-03-27", "2", "1.5", "VRAI"]),
        (4, ["", "2004-03-27 08:30:00", "12345678901", "-3", "08:30:00"]),
    ]
    assert list(lecture.lignes()) == list(lecture.lignes())


def test_ods_values_are_those_of_a_csv_file():
    lecture = lire(ods(["ine", "né le", "n"], ["0123456789X", datetime.date(2004, 3, 27), 1], ["b", "", 2.5]))
    assert (lecture.format, lecture.entetes) == ("ods", ["ine", "né le", "n"])
    assert list(lecture.lignes()) == [(2, ["0123456789X", "2004-03-27", "1"]), (3, ["b", "", "2.5"])]


def test_line_numbers_are_those_of_the_sheet():
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    for case, valeur in {"B3": "ine", "C3": "nom", "B5": "1", "C5": "x", "B9": "2"}.items():
        feuille[case] = valeur
    lecture = lire(enregistrer(classeur))
    assert lecture.entetes[-2:] == ["ine", "nom"]
    assert [(numero, rangee[-2:]) for numero, rangee in lecture.lignes()] == [(5, ["1", "x"]), (9, ["2", ""])]


def test_line_numbers_of_ods_count_repeated_blank_rows():
    lecture = lire(
        contenu_ods(
            ligne_ods(cellule_ods("ine"))
            + ligne_ods(cellule_ods(""), attributs='table:number-rows-repeated="3"')
            + ligne_ods(cellule_ods("1"), attributs='table:number-rows-repeated="2"')
            + ligne_ods(cellule_ods(""), attributs='table:number-rows-repeated="1"')
            + ligne_ods(cellule_ods("2"))
            + ligne_ods(
                cellule_ods("", 'table:number-columns-repeated="16384"'),
                attributs='table:number-rows-repeated="1048000"',
            )
        )
    )
    assert list(lecture.lignes()) == [(5, ["1"]), (6, ["1"]), (8, ["2"])]


def test_first_visible_sheet_with_values_is_read_and_the_others_are_said():
    classeur = openpyxl.Workbook()
    classeur.active.title = "Vide"
    cachee = classeur.create_sheet("Cachée")
    cachee.append(["secret"])
    cachee.sheet_state = "hidden"
    donnees = classeur.create_sheet("Étudiants")
    donnees.append(["ine"])
    donnees.append(["1"])
    classeur.create_sheet("Aide").append(["texte"])
    lecture = lire(enregistrer(classeur))
    assert lecture.entetes == ["ine"]
    assert len(lecture.avis) == 1
    assert "« Étudiants »" in lecture.avis[0]
    assert "« Aide »" in lecture.avis[0]
    assert "Cachée" not in lecture.avis[0]


def test_over_long_cell_is_told_on_its_line():
    cellule = f'<c r="A2" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c>'
    entete = '<c r="A1" t="inlineStr"><is><t>ine</t></is></c>'
    lues = dict(lire(feuille_xlsx(f'<row r="1">{entete}</row><row r="2">{cellule}</row>')).lignes())
    assert isinstance(lues[2], LigneIllisible)
    assert lues[2].signalement.code == "ligne_trop_longue"
    assert len(lues[2].cellules[0]) == LIMITE_CELLULE


@pytest.mark.parametrize("octets", [xlsx(), xlsx([None]), xlsx(["ine"])], ids=["no row", "blank", "header"])
def test_workbook_without_rows_is_refused(octets):
    assert "ligne" in refus(octets)


def test_fifty_thousand_rows_are_read_and_one_more_asks_for_csv():
    def classeur(nombre):
        lignes = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, nombre + 2))
        return feuille_xlsx(lignes)

    assert sum(1 for _ in lire(classeur(50_000)).lignes()) == 50_000
    assert "CSV" in refus(classeur(50_001))
