"""Encoding and separator of a text file, found out from its bytes."""

import io

import pytest

from referentiel.imports.lecture.dialecte import BLOC, ECHANTILLON, detecter
from referentiel.imports.lecture.erreurs import FichierIllisible

TEXTE = "ine;nomNaissance;prenoms\n1;Lefèvre;Zoé, Œdipe\n"


def dialecte(octets):
    return detecter(io.BytesIO(octets))


@pytest.mark.parametrize(
    ("octets", "encodage", "bom"),
    [
        (TEXTE.encode(), "utf-8", 0),
        (TEXTE.encode("utf-8-sig"), "utf-8-sig", 3),
        (b"\xff\xfe" + TEXTE.encode("utf-16-le"), "utf-16-le", 2),
        (b"\xfe\xff" + TEXTE.encode("utf-16-be"), "utf-16-be", 2),
        (TEXTE.encode("utf-16-le"), "utf-16-le", 0),
        (TEXTE.encode("utf-16-be"), "utf-16-be", 0),
        (TEXTE.encode("cp1252"), "cp1252", 0),
        (b"ine;uai\n1;2\n", "utf-8", 0),
        ("ine;nom\n1;Lefèvre\n".encode("latin-1"), "cp1252", 0),
    ],
)
def test_encoding_is_found_out(octets, encodage, bom):
    trouve = dialecte(octets)
    assert (trouve.encodage, trouve.octets_bom, trouve.separateur) == (encodage, bom, ";")


@pytest.mark.parametrize("taille", [ECHANTILLON, BLOC - 1, BLOC, 3 * BLOC])
@pytest.mark.parametrize("codec", ["utf-8", "cp1252"])
def test_the_first_accent_may_come_very_late(taille, codec):
    ligne = b"1;abcdef\n"
    octets = b"ine;nom\n" + ligne * (taille // len(ligne)) + "1;Zoé".encode(codec)
    assert dialecte(octets).encodage == codec


def test_a_few_wrong_bytes_do_not_turn_a_utf8_file_into_gibberish():
    octets = TEXTE.encode() * 10 + "2;Lefèvre;Léa\n".encode("cp1252")
    assert dialecte(octets).encodage == "utf-8"


def test_character_cut_between_two_blocks_is_no_error():
    octets = b"a" * (BLOC - 1) + "é".encode() + "è".encode("cp1252")
    assert dialecte(octets).encodage == "utf-8"  # one right, one wrong: UTF-8, as there are as many


@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_separator_is_found_out(separateur):
    lignes = [["ine", "prenoms", "diplome"], ["1", '"Anne, Marie"', '"droit; gestion"']]
    texte = "\n".join(separateur.join(ligne) for ligne in lignes)
    assert dialecte(texte.encode()).separateur == separateur


def test_commas_inside_cells_do_not_hide_the_separator():
    assert dialecte(b"ine;prenoms\n1;Anne, Marie, Louise\n2;Jean, Paul, Luc\n").separateur == ";"


def test_separator_announced_by_excel_is_believed():
    assert dialecte(b"sep=,\nine,nom;usage\n1,2").separateur == ","


def test_blank_lines_before_the_header_do_not_hide_the_separator():
    assert dialecte(b"\n;;\nine\tuai\n1\t2\n").separateur == "\t"


@pytest.mark.parametrize(
    ("octets", "extrait"),
    [
        (b"", "vide"),
        (bytes(range(256)) * 10, "fichier texte"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 32)) * 40, "fichier texte"),
        (b"\xff\xfe\x00\x00" + TEXTE.encode("utf-32-le"), "UTF-32"),
        (b"ine;uai\n1;2\n3;\x004\n", "octet nul à la ligne 3"),
        (b"\xef\xbb\xbfine;uai\n1;\x002\n", "octet nul à la ligne 2"),
        (b"ine;uai\n" + b"1;2\n" * BLOC + b"\x00", f"octet nul à la ligne {BLOC + 2}"),
        (b"\x00" * 5000, "octet nul à la ligne 1"),
    ],
    ids=["empty", "every byte", "image", "utf-32", "nul", "nul after BOM", "late nul", "only nuls"],
)
def test_what_is_no_text_is_refused_with_the_reason(octets, extrait):
    with pytest.raises(FichierIllisible) as refus:
        dialecte(octets)
    assert extrait in refus.value.message
