"""Bulk JSON: one object a line, or one array."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible
from referentiel.imports.lecture.json import LIMITE_LIGNE, LIMITE_TABLEAU
from referentiel.imports.lecture.ouverture import ouvrir


def lire(octets):
    return ouvrir(io.BytesIO(octets.encode() if isinstance(octets, str) else octets), "lot.json")


def rangees(octets):
    return {
        numero: rangee.signalement.message if isinstance(rangee, LigneIllisible) else rangee
        for numero, rangee in lire(octets).lignes()
    }


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_one_object_a_line(bom):
    lecture = lire(bom + '\n{"ine": "é"}\r\n\n  {"ine": "b", "identite": {"prenoms": ["x"]}}'.encode())
    assert (lecture.format, lecture.encodage, lecture.entetes) == ("ndjson", "utf-8", None)
    attendues = [(2, {"ine": "é"}), (4, {"ine": "b", "identite": {"prenoms": ["x"]}})]
    assert list(lecture.lignes()) == attendues
    assert list(lecture.lignes()) == attendues


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_array_of_objects(bom):
    lecture = lire(bom + ' [ {"ine": "é"} ,\n{"ine": "b"}\n]\n '.encode())
    assert (lecture.format, lecture.encodage, lecture.entetes) == ("json", "utf-8", None)
    assert list(lecture.lignes()) == list(lecture.lignes()) == [(1, {"ine": "é"}), (2, {"ine": "b"})]


FAUTIFS = [
    ('{"ine": "a", "ine": "b"}', "deux fois"),
    ('{"identite": {"sexe": "M", "sexe": "F"}}', "deux fois"),
    ('{"ine": NaN}', "NaN"),
    ('{"ine": [-Infinity]}', "Infinity"),
    ('{"ine": 1e999}', "démesuré"),
    ('{"a": [[[[[[[1]]]]]]]}', "imbriqué"),
    ("[]", "objet JSON"),
    ("3", "objet JSON"),
    ("null", "objet JSON"),
]


@pytest.mark.parametrize(("element", "extrait"), FAUTIFS)
def test_a_faulty_record_costs_itself_only(element, extrait):
    for octets, numeros in (
        (f'{{"ine": "a"}}\n{element}\n{{"ine": "b"}}\n', (1, 2, 3)),
        (f'[{{"ine": "a"}}, {element}, {{"ine": "b"}}]', (1, 2, 3)),
    ):
        lues = rangees(octets)
        assert tuple(lues) == numeros
        assert (lues[1], lues[3]) == ({"ine": "a"}, {"ine": "b"})
        assert extrait in lues[2]


@pytest.mark.parametrize(
    ("ligne", "extrait"),
    [
        (b'{"ine": "a"', "caractère"),
        (b'{"ine": "a"} {"ine": "b"}', "un seul objet par ligne"),
        (b'{"ine": "a"},', "un seul objet par ligne"),
        (b"{'ine': 'a'}", "caractère 2"),
        (b'{"ine": "\xe9"}', "UTF-8 (octet 10)"),
        (b'{"ine": "a\x00"}', "caractère"),
        (b'{"ine": "a\x01"}', "caractère"),
        (b'{"a":' * 100_000, "imbriqué"),
        (b'{"ine": ' + b"1" * 5000 + b"}", "démesuré"),
        (b"\x00\x01\xff", "UTF-8"),
    ],
    ids=["open", "two objects", "comma", "quotes", "latin-1", "nul", "control", "deep", "digits", "garbage"],
)
def test_a_malformed_line_costs_itself_only(ligne, extrait):
    lues = rangees(b'{"ine": "a"}\n' + ligne + b'\n{"ine": "b"}\n')
    assert (lues[1], lues[3]) == ({"ine": "a"}, {"ine": "b"})
    assert extrait in lues[2]


@pytest.mark.parametrize("taille", [LIMITE_LIGNE, 3 * LIMITE_LIGNE + 7])
def test_an_over_long_line_costs_itself_only(taille):
    lues = rangees('{"ine": "a"}\n{"ine": "' + "x" * taille + '"}\n{"ine": "b"}\n')
    assert (lues[1], lues[3]) == ({"ine": "a"}, {"ine": "b"})
    assert "trop longue" in lues[2]


@pytest.mark.parametrize(
    ("octets", "extrait"),
    [
        ("[]", "aucune inscription"),
        (" [ ] ", "aucune inscription"),
        ("[] x", "suit le tableau"),
        ('[{"a": 1}', "après l'élément 1"),
        ('[{"a": 1} {"a": 2}]', "après l'élément 1"),
        ('[{"a": 1},]', "Élément 2"),
        ('[{"a": 1}] [{"a": 2}]', "suit le tableau"),
        ('[{"a": 1}, {"a": ]', "Élément 2"),
        pytest.param("[" * 100_000, "imbriqué", id="deep"),
        (b'[{"a": "\xe9"}]', "UTF-8 (octet 9)"),
    ],
)
def test_array_is_whole_or_refused_at_once(octets, extrait):
    with pytest.raises(FichierIllisible) as refus:
        lire(octets)
    assert extrait in refus.value.message


def test_array_too_large_to_be_held_asks_for_ndjson():
    with pytest.raises(FichierIllisible, match="NDJSON"):
        lire(b"[" + b" " * LIMITE_TABLEAU + b"]")


def test_lone_surrogates_are_left_to_the_field_that_holds_them():
    assert rangees('{"diplome": "\\ud800"}') == {1: {"diplome": "\ud800"}}


OBJETS = st.lists(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=4), min_size=1
)


@given(OBJETS, st.booleans())
def test_any_objects_written_come_back(objets, ascii_seul):
    ecrits = [json.dumps(objet, ensure_ascii=ascii_seul) for objet in objets]
    try:
        lignes, tableau = "\n".join(ecrits).encode(), f"[{','.join(ecrits)}]".encode()
    except UnicodeEncodeError:
        return
    for octets in (lignes, tableau):
        assert list(rangees(octets).values()) == objets
