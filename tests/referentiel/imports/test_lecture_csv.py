"""Rows of a CSV file: every one is given, or told as unreadable; none is lost."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referentiel.imports.lecture.base import LIMITE_CELLULE, LIMITE_COLONNES
from referentiel.imports.lecture.csv import LIGNES_PAR_RANGEE, LIMITE_LIGNE
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible
from referentiel.imports.lecture.ouverture import ouvrir


def lire(texte, codec="utf-8"):
    return ouvrir(io.BytesIO(texte.encode(codec) if isinstance(texte, str) else texte), "depot.csv")


def rangees(texte):
    """{line: cells, or the code of what is wrong}"""
    return {
        numero: rangee.signalement.code if isinstance(rangee, LigneIllisible) else rangee
        for numero, rangee in lire(texte).lignes()
    }


def test_header_and_rows():
    lecture = lire(" ine ;nom;\n1;Zoé;\n2;Léa;\n")
    assert (lecture.format, lecture.encodage, lecture.separateur) == ("csv", "utf-8", ";")
    assert lecture.entetes == ["ine", "nom"]
    assert list(lecture.lignes()) == [(2, ["1", "Zoé"]), (3, ["2", "Léa"])]


def test_file_is_read_as_many_times_as_wanted_and_stays_open():
    fichier = io.BytesIO(b"a;b\n1;2\n3;4\n")
    lecture = ouvrir(fichier, "x")
    abandonnee = lecture.lignes()
    next(abandonnee)
    abandonnee.close()
    assert list(lecture.lignes()) == list(lecture.lignes()) == [(2, ["1", "2"]), (3, ["3", "4"])]
    assert not fichier.closed


@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r"])
def test_line_numbers_are_those_of_an_editor(fin):
    texte = fin.join(["", "a;b", "", "1;2", ";", " ; ", '"x', 'y";3', "4;5"])
    assert rangees(texte) == {4: ["1", "2"], 7: [f"x{fin}y", "3"], 9: ["4", "5"]}


def test_announcement_of_the_separator_is_no_header():
    lecture = lire("sep=,\na,b\n1,2\n")
    assert lecture.entetes == ["a", "b"]
    assert list(lecture.lignes()) == [(3, ["1", "2"])]


def test_last_line_needs_no_line_end():
    assert rangees("a;b\n1;2") == {2: ["1", "2"]}


@pytest.mark.parametrize("texte", ["", "\n\n", ";;\n", "a;b\n", "a;b\n\n;\n", "\ufeff", "sep=;\n"])
def test_file_without_any_row_is_refused(texte):
    with pytest.raises(FichierIllisible):
        lire(texte)


def test_header_that_cannot_be_cut_is_refused():
    with pytest.raises(FichierIllisible, match="titres de colonnes"):
        lire('"a;b\n1;2\n')


def test_too_many_columns_are_refused():
    with pytest.raises(FichierIllisible, match="colonnes"):
        lire(";".join("c" * (LIMITE_COLONNES + 1)) + "\n1\n")


# Faulty lines


def test_row_narrower_or_wider_than_the_header_is_told_and_the_others_are_kept():
    assert rangees("a;b;c\n1;2\n1;2;3;4\n1;2;3;;\n1;2;3\n") == {
        2: "nombre_de_cellules",
        3: "nombre_de_cellules",
        4: ["1", "2", "3"],
        5: ["1", "2", "3"],
    }


@pytest.mark.parametrize("suivantes", [1, 5, LIGNES_PAR_RANGEE - 1, LIGNES_PAR_RANGEE, 3 * LIGNES_PAR_RANGEE])
@pytest.mark.parametrize("guillemets_apres", [False, True])
def test_unclosed_quote_costs_its_own_line_only(suivantes, guillemets_apres):
    apres = [
        f'{n};"x{n}"' if guillemets_apres and n == suivantes - 1 else f"{n};x{n}" for n in range(suivantes)
    ]
    lues = rangees("\n".join(["a;b", '0;"ouvert', *apres]))
    assert lues == {2: "guillemets", **{3 + n: [str(n), f"x{n}"] for n in range(suivantes)}}


def test_unreadable_line_is_given_as_it_stands():
    (_, illisible), _ = lire('a;b\n1;"Zo"é"\n2;3\n').lignes()
    assert illisible.cellules == ["1", '"Zo"é"']
    assert illisible.signalement.valeur == '1;"Zo"é"'


def test_quotes_inside_a_cell_that_has_none_around_are_text():
    assert rangees('a;b\n1;Lycée "Jean Moulin"\n') == {2: ["1", 'Lycée "Jean Moulin"']}


@pytest.mark.parametrize("taille", [LIMITE_CELLULE + 1, 200_000, LIMITE_LIGNE - 2, LIMITE_LIGNE, 10_000_000])
@pytest.mark.parametrize("guillemet", ["", '"'])
def test_over_long_cell_costs_its_own_line_only(taille, guillemet):
    texte = f"a;b\n1;2\n3;{guillemet}{'x' * taille}{guillemet}\n4;5\n"
    lues = dict(lire(texte).lignes())
    assert (lues[2], lues[4]) == (["1", "2"], ["4", "5"])
    assert lues[3].signalement.code == "ligne_trop_longue"
    assert max(map(len, lues[3].cellules)) == LIMITE_CELLULE


def test_over_long_line_after_an_unclosed_quote_does_not_swallow_what_follows():
    assert rangees(f'a;b\n1;"ouvert\n2;{"x" * 3_000_000}\n3;4\n5;6') == {
        2: "guillemets",
        3: "ligne_trop_longue",
        4: ["3", "4"],
        5: ["5", "6"],
    }


def test_longest_cell_allowed_is_taken():
    assert rangees(f"a;b\n1;{'x' * LIMITE_CELLULE}\n")[2][1] == "x" * LIMITE_CELLULE


def test_bytes_that_the_encoding_cannot_read_stay_on_their_line():
    octets = ("a;b\n" + "1;é\n" * 5).encode() + b"2;L\xe9a\n3;z\n"
    lues = dict(lire(octets).lignes())
    assert lues[7] == ["2", "L\ufffda"]
    assert lues[8] == ["3", "z"]


def test_truncated_utf16_is_no_crash():
    octets = b"\xff\xfe" + "a;b\n1;é\n".encode("utf-16-le") + b"\x00\xd8;\x00z"
    assert dict(lire(octets).lignes())[2] == ["1", "é"]


def test_memory_does_not_grow_with_the_file():
    def pic(nombre):
        fichier = io.BytesIO(b"a;b;c\n" + b"12345;abcdefgh;\xc3\xa9t\xc3\xa9\n" * nombre)
        tracemalloc.start()
        assert sum(1 for _ in ouvrir(fichier, "x").lignes()) == nombre
        resultat = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return resultat

    pic(100)
    # One block of the detection is the most that is held; 100,000 rows as lists would take over 20 MB.
    assert pic(100_000) < 8_000_000


def test_stray_control_character_is_left_to_its_line():
    assert rangees("a;b\n1;\x01\n") == {2: ["1", "\x01"]}


# Round trip

CELLULES = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], include_characters="\t\n\r\x85", exclude_characters="\ufffd"
    ),
    max_size=20,
)
ENCODAGES = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@given(
    st.integers(2, 5).flatmap(
        lambda largeur: st.lists(
            st.lists(CELLULES, min_size=largeur, max_size=largeur), min_size=1, max_size=6
        )
    ),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    # Python's writer forgets to quote a lone CR when lines end in LF, unless it quotes everything.
    st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL)]),
)
def test_any_rows_written_in_any_dialect_come_back(lignes, separateur, codec, fin_et_guillemets):
    if not any(cellule.strip() for ligne in lignes for cellule in ligne):
        lignes = [["x"] * len(lignes[0])]
    fin, guillemets = fin_et_guillemets
    entete = [f"colonne{rang}" for rang in range(len(lignes[0]))]
    texte = io.StringIO(newline="")
    csv.writer(texte, delimiter=separateur, lineterminator=fin, quoting=guillemets).writerows(
        [entete, *lignes]
    )
    octets = texte.getvalue().encode(codec)
    lecture = lire(octets)
    assert (lecture.separateur, lecture.entetes) == (separateur, entete)
    attendues = [ligne for ligne in lignes if any(cellule.strip() for cellule in ligne)]
    assert [rangee for _, rangee in lecture.lignes()] == attendues


@pytest.mark.parametrize("codec", ENCODAGES)
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_french_file_comes_back_from_every_encoding(codec, separateur):
    lignes = [
        ["ine", "nomNaissance", "prenoms"],
        ["1", "Lefèvre-Œuf", "Zoé, Anaïs"],
        ["2", "d’Ÿ; €", "Noël\tx"],
    ]
    texte = io.StringIO(newline="")
    csv.writer(texte, delimiter=separateur).writerows(lignes)
    assert [rangee for _, rangee in lire(texte.getvalue(), codec).lignes()] == lignes[1:]


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_give_rows_or_a_refusal(octets):
    try:
        lues = list(lire(b"ine;uai\n" + octets).lignes())
    except FichierIllisible:
        return
    assert lues
    assert [numero for numero, _ in lues] == sorted({numero for numero, _ in lues})
    assert all(len(rangee) == 2 for _, rangee in lues)  # two cells, or a reason and cells
