"""Workbooks that are refused before they are read: damaged, encrypted, with macros, or far too large."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest

from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.imports.lecture.ouverture import ouvrir
from tests.referentiel.imports.classeurs import (
    cellule_ods,
    contenu_ods,
    feuille_xlsx,
    ligne_ods,
    modifier,
    ods,
    xlsx,
)


def lire(octets):
    return ouvrir(io.BytesIO(octets), "sans-rapport.pdf")


def refus(octets):
    with pytest.raises(FichierIllisible) as erreur:
        lire(octets)
    return erreur.value.message


def test_formula_in_error_is_neither_blank_nor_the_end_of_the_file():
    """It is refused on its line, when its column is read (`imports.correspondance`)."""
    cellule = '<c r="A1" t="inlineStr"><is><t>regime</t></is></c>'
    octets = feuille_xlsx(f'<row r="1">{cellule}</row><row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>')
    assert [rangee for _, rangee in lire(octets).lignes()] == [["#N/A"]]
    octets = contenu_ods(
        ligne_ods(cellule_ods("regime")) + ligne_ods(cellule_ods("#N/A", 'calcext:value-type="error"'))
    )
    assert [rangee for _, rangee in lire(octets).lignes()] == [["#N/A"]]


@pytest.mark.parametrize("nom", ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused(nom):
    assert "macros" in refus(modifier(xlsx(["a"], ["b"]), **{nom: b"x"}))


def test_macros_of_ods_are_refused():
    assert "macros" in refus(modifier(ods(["a"], ["b"]), **{"Basic/Standard/Module1.xml": b"<x/>"}))


def test_encrypted_xlsx_is_refused():
    assert "mot de passe" in refus(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000))


def test_encrypted_entry_is_refused():
    octets = bytearray(xlsx(["a"], ["b"]))
    octets[octets.rindex(b"PK\x01\x02") + 8] |= 1
    assert "mot de passe" in refus(bytes(octets))


def test_encrypted_ods_is_refused():
    manifeste = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    assert "mot de passe" in refus(modifier(ods(["a"], ["b"]), **{"META-INF/manifest.xml": manifeste}))


@pytest.mark.parametrize(
    "octets",
    [
        modifier(xlsx(["a"], ["b"]), **{"xl/workbook.xml": None}),
        modifier(ods(["a"], ["b"]), mimetype="application/vnd.oasis.opendocument.text"),
        modifier(ods(["a"], ["b"]), mimetype=None),
    ],
    ids=["no workbook", "text document", "no type"],
)
def test_archive_of_something_else_is_refused(octets):
    assert "archive" in refus(octets)


def test_too_many_entries_are_refused():
    assert "démesuré" in refus(modifier(xlsx(["a"], ["b"]), **{f"e{n}": b"" for n in range(1001)}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entry_given_twice_is_refused():
    sortie = io.BytesIO(xlsx(["a"], ["b"]))
    with zipfile.ZipFile(sortie, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", archive.read("xl/worksheets/sheet1.xml"))
    assert "abîmé" in refus(sortie.getvalue())


def test_every_truncation_is_a_refusal():
    entier = xlsx(["ine", "nom"], ["1", "x"])
    for taille in range(4, len(entier) - 22, 97):
        assert "abîmé" in refus(entier[:taille])


def test_damaged_bytes_are_a_refusal_or_rows():
    entier = xlsx(["ine", "nom"], ["1", "x"])
    abimes = 0
    for position in range(0, len(entier), 13):
        octets = bytearray(entier)
        octets[position] ^= 0xFF
        try:
            list(lire(bytes(octets)).lignes())
        except FichierIllisible:
            abimes += 1
    assert abimes > 100


def _bombe_declaree():
    return modifier(xlsx(["a"], ["b"]), **{"xl__media__image1.png": bytes(300 << 20)})


def _bombe_de_rapport():
    return modifier(xlsx(["a"], ["b"]), **{"xl__media__image1.png": bytes(60 << 20)})


def _bombe_menteuse():
    """An entry whose directory, and local header, say 100 bytes for 300 MB of zeros."""
    octets = _bombe_declaree()
    vraie, fausse = struct.pack("<I", 300 << 20), struct.pack("<I", 100)
    assert octets.count(vraie) == 2
    return octets.replace(vraie, fausse)


def _bombe_menteuse_au_juste_crc():
    """The same, with the CRC of its first 100 bytes, so that a reader that stops there sees nothing."""
    octets = _bombe_menteuse()
    crc = struct.pack("<I", zlib.crc32(bytes(300 << 20)))
    assert octets.count(crc) == 2
    return octets.replace(crc, struct.pack("<I", zlib.crc32(bytes(100))))


@pytest.mark.parametrize(
    "bombe",
    [_bombe_declaree, _bombe_de_rapport, _bombe_menteuse, _bombe_menteuse_au_juste_crc],
    ids=["declared", "ratio", "lying", "lying with a fitting CRC"],
)
def test_zip_bomb_is_refused_quickly_and_in_little_memory(bombe):
    octets = bombe()
    assert len(octets) < 1_000_000
    tracemalloc.start()
    debut = time.process_time()
    message = refus(octets)
    duree, pic = time.process_time() - debut, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "démesuré" in message or "abîmé" in message
    assert pic < 20_000_000
    assert duree < 10


CASE = '<c r="{}"><v>1</v></c>'


@pytest.mark.parametrize(
    "donnees",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c a=">" r="XFD2"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='2'><c r='&#88;FD2'><v>1</v></c></row>",
        "<x:row xmlns:x='y'><x:c r='XFD1'><x:v>1</x:v></x:c></x:row>",
        "<row>" + "<c><v>1</v></c>" * 1001 + "</row>",
        "".join(f'<row r="{n}"><c r="ALL{n}"><v>1</v></c></row>' for n in (1, 4000)),
    ],
    ids=["far corner", "quoted bracket", "entity", "prefix", "no reference", "too many cells"],
)
def test_sheet_that_extends_too_far_is_refused(donnees):
    assert refus(feuille_xlsx(donnees)).startswith(("Ce classeur a trop de", "Ce classeur a plus de"))


@pytest.mark.parametrize(
    "octets",
    [
        feuille_xlsx('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'),
        feuille_xlsx('<row r="-1"><c r="A1"><v>1</v></c></row>'),
        feuille_xlsx('<row r="1"><c r="A1"><v>1</v></row>'),
        feuille_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', entete="<a/><worksheet>"),
        feuille_xlsx(
            "<row><c><v>&b;</v></c></row>",
            avant='<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        ),
    ],
    ids=["rows out of order", "negative row", "tag mismatch", "two roots", "entities"],
)
def test_unsound_sheet_is_refused(octets):
    assert "abîmé" in refus(octets)


@pytest.mark.parametrize(
    "lignes",
    [
        ligne_ods(cellule_ods("1", 'table:number-columns-repeated="1000000000"')),
        ligne_ods(cellule_ods("", 'table:number-columns-repeated="1000000000"'), cellule_ods("")),
        ligne_ods(cellule_ods("1"), attributs='table:number-rows-repeated="1000000000"'),
        ligne_ods(cellule_ods("1"))
        + ligne_ods(cellule_ods(""), attributs='table:number-rows-repeated="100000"')
        + ligne_ods(cellule_ods("1")),
        ligne_ods(*[cellule_ods("1", 'table:number-columns-repeated="900"')], attributs="") * 3500,
        ligne_ods(cellule_ods("", 'table:number-columns-repeated="900"'), cellule_ods("")) * 3500,
    ],
    ids=["value repeated", "blank before a cell", "row repeated", "blank rows between", "values", "blanks"],
)
def test_ods_that_extends_too_far_is_refused(lignes):
    assert refus(contenu_ods(lignes)).startswith(("Ce classeur a trop de", "Ce classeur a plus de"))


@pytest.mark.parametrize(
    ("debut", "extrait"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"Rar!\x1a\x07\x01", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
    ],
)
def test_other_known_formats_are_named(debut, extrait):
    assert extrait in refus(debut + b"x" * 100)
