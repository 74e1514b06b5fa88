"""Identifiers: shapes, keys, and the writings that must not pass."""

import contextlib
import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from referentiel import identifiants as ident

HOSTILES = [
    "",
    " ",
    "\n",
    "\x00",
    "0123456789T\x00",
    "0311384L\x00",
    "31555\x00",
    "０１２３４５６７８９X",
    "é" * 11,
    "1" * 10_000,
    "'; DROP TABLE",
    "\ud800" * 11,
]


@pytest.mark.parametrize(
    ("saisi", "attendu"),
    [
        ("0123456789T", "0123456789T"),  # BEA
        ("0123456789t", "0123456789T"),
        (" 123456789AB ", "123456789AB"),  # RNIE
        ("0AbC1234567", "0ABC1234567"),  # INES
        ("2024A12345Z", "2024A12345Z"),  # SIFA
        ("2024d00001x", "2024D00001X"),  # provisional
        ("990 000 101 DJ", "990000101DJ"),
        ("0123.456.789-T", "0123456789T"),
        ("0123\u00a0456\u202f789\tT", "0123456789T"),
    ],
)
def test_an_ine_of_each_of_the_four_shapes_is_taken_in_capitals(saisi: str, attendu: str) -> None:
    assert ident.normaliser_ine(saisi) == attendu


@pytest.mark.parametrize(
    "valeur",
    [
        *HOSTILES,
        "0123456789T\n",
        "0123456789",
        "0123456789I",  # I, O, Q are no key letters
        "0123456789TT",
        "123456789AI",
        "2024B12345Z",
        "0123456789ſ",  # upper() makes it S
    ],
)
def test_a_malformed_ine_is_refused(valeur: str) -> None:
    with pytest.raises(ident.IdentifiantInvalide):
        ident.normaliser_ine(valeur)


@given(st.integers(0, 999_999_999))
def test_the_rnie_key_is_97_minus_the_remainder_in_letters(n: int) -> None:
    cle = f"{97 - n % 97:02d}".translate(str.maketrans("0123456789", "ABCDEFGHJK"))
    ine = f"{n:09d}{cle}"
    assert ident.cle_ine_valide(ident.normaliser_ine(ine))
    fausse = "A" if ine[-1] != "A" else "B"
    assert not ident.cle_ine_valide(ine[:-1] + fausse)


@given(st.integers(0, 9_999_999_999))
def test_the_bea_key_is_the_letter_of_the_remainder_by_23(n: int) -> None:
    bonnes = [c for c in "ABCDEFGHJKLMNPRSTUVWXYZ" if ident.cle_ine_valide(f"{n:010d}{c}")]
    assert bonnes == ["ABCDEFGHJKLMNPRSTUVWXYZ"[n % 23]]


@given(st.integers(0, 36**10 - 1))
def test_the_ines_key_is_the_remainder_by_10_of_the_base_36_number(n: int) -> None:
    chiffres, reste = "", n
    for _ in range(10):
        reste, c = divmod(reste, 36)
        chiffres = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[c] + chiffres
    assert [k for k in range(10) if ident.cle_ine_valide(f"{chiffres}{k}")] == [n % 10]


def test_the_sifa_key_without_public_rule_is_always_accepted() -> None:
    assert ident.cle_ine_valide("2024A12345Z")
    assert ident.cle_ine_valide("2024A12345B")


@pytest.mark.parametrize(
    ("saisi", "dit"),
    [
        ("99OOOO1O1DJ", ["le 3e est la lettre O", "le 4e", "le 5e", "le 6e", "le 8e", "pour 0"]),
        ("O123456789T", ["le 1er caractère est la lettre O, sans doute pour 0"]),
        ("012345678I T", ["le 10e est la lettre I, sans doute pour 1"]),
        ("2024DOOOO1X", ["le 6e est la lettre O"]),
        ("0ABC123456O", ["le 11e est la lettre O, sans doute pour 0"]),
        ("9876543210", ["compte 11 caractères", "celui-ci en a 10"]),
        ("0123456789é", ["sans accent"]),
    ],
)
def test_the_refusal_of_an_ine_says_which_characters_look_wrong(saisi: str, dit: list[str]) -> None:
    with pytest.raises(ident.IneInvalide) as refus:
        ident.normaliser_ine(saisi)
    assert [mots for mots in dit if mots not in str(refus.value)] == []
    assert saisi not in str(refus.value)


@pytest.mark.parametrize("uai", ["0311384L", "0755976N", "0751717J", "0690192J"])
def test_the_key_of_a_real_uai_is_right(uai: str) -> None:
    assert ident.cle_uai_valide(ident.normaliser_uai(uai.lower()))
    assert not ident.cle_uai_valide(uai[:7] + ("A" if uai[7] != "A" else "B"))


@pytest.mark.parametrize("valeur", [*HOSTILES, "0311384", "0311384L\n", "031138LL", "0311384I", "03113840"])
def test_a_malformed_uai_is_refused(valeur: str) -> None:
    with pytest.raises(ident.IdentifiantInvalide):
        ident.normaliser_uai(valeur)


@pytest.mark.parametrize("siret", ["13002526500013", "35600000000048", "35600000012345"])
def test_a_right_siret_or_one_of_la_poste_is_taken(siret: str) -> None:
    assert ident.normaliser_siret(siret) == siret


@pytest.mark.parametrize(
    "valeur", [*HOSTILES, "13002526500014", "1300252650001", "13002526500013\n", "130 025 265 00013"]
)
def test_a_wrong_siret_is_refused(valeur: str) -> None:
    with pytest.raises(ident.IdentifiantInvalide):
        ident.normaliser_siret(valeur)


def test_a_siret_typed_in_groups_is_understood() -> None:
    assert ident.normaliser_siret_saisi(" 130 025 265 00013") == "13002526500013"


@pytest.mark.parametrize("code", ["01001", "2A004", "2b033", "20004", "97411", "98818", "75056", "99100"])
def test_a_birth_place_is_a_commune_or_a_country(code: str) -> None:
    assert ident.normaliser_code_lieu(code) == code.upper()


@pytest.mark.parametrize("valeur", [*HOSTILES, "2C001", "1001", "010010", "31555\n", "A1001"])
def test_a_malformed_place_code_is_refused(valeur: str) -> None:
    with pytest.raises(ident.IdentifiantInvalide):
        ident.normaliser_code_lieu(valeur)


def test_a_country_is_no_commune_of_studies() -> None:
    with pytest.raises(ident.IdentifiantInvalide):
        ident.normaliser_code_commune("99100")
    assert ident.normaliser_code_commune("97411") == "97411"


@pytest.mark.parametrize(
    "valeur",
    [
        *HOSTILES,
        "20210630",
        "2021-W26-3",
        "2021-06-31",
        "2021-6-3",
        "2021-06-30\n",
        "0000-01-01",
        "２０21-06-30",
    ],
)
def test_a_date_written_otherwise_or_impossible_is_refused(valeur: str) -> None:
    with pytest.raises(ident.IdentifiantInvalide):
        ident.lire_date(valeur)


@given(st.dates())
def test_every_date_in_iso_is_read(jour: date) -> None:
    assert ident.lire_date(jour.isoformat()) == jour


NORMALISEURS = [
    (ident.MOTIF_INE, ident.normaliser_ine),
    (ident.MOTIF_UAI, ident.normaliser_uai),
    (ident.MOTIF_LIEU_NAISSANCE, ident.normaliser_code_lieu),
    (ident.MOTIF_CODE_COMMUNE, ident.normaliser_code_commune),
]
parametres_normaliseurs = pytest.mark.parametrize(("motif", "normaliser"), NORMALISEURS)


def bien_formes(motif: str) -> st.SearchStrategy[str]:
    return st.from_regex(motif, fullmatch=True).filter(lambda valeur: not valeur.endswith("\n"))


@parametres_normaliseurs
@given(donnees=st.data())
def test_what_is_well_formed_is_taken_in_any_case_and_is_normal_already(
    motif: str, normaliser: Callable[[str], str], donnees: st.DataObject
) -> None:
    valeur = donnees.draw(bien_formes(motif))
    assert normaliser(valeur) == valeur
    assert normaliser(f"  {valeur.lower()} ") == valeur


@parametres_normaliseurs
@given(donnees=st.data())
def test_one_character_too_many_anywhere_is_refused(
    motif: str, normaliser: Callable[[str], str], donnees: st.DataObject
) -> None:
    valeur = donnees.draw(bien_formes(motif))
    intrus = donnees.draw(
        st.sampled_from(["\n", "\r", "\t", "\x00", "\x1f", "\u00a0", "\u200b", "０", "٣", "Ａ", "9"])
    )
    place = donnees.draw(st.integers(0, len(valeur)))
    assume(normaliser is not ident.normaliser_ine or intrus not in "\t\u00a0")  # they separate its groups
    with pytest.raises(ident.IdentifiantInvalide):
        normaliser(valeur[:place] + intrus + valeur[place:])


@parametres_normaliseurs
@given(donnees=st.data())
def test_a_digit_of_another_script_is_no_digit(
    motif: str, normaliser: Callable[[str], str], donnees: st.DataObject
) -> None:
    valeur = donnees.draw(bien_formes(motif))
    place = donnees.draw(st.sampled_from([i for i, c in enumerate(valeur) if c.isdigit()]))
    chiffre = int(valeur[place])
    for zero in ("０", "٠", "०", "𝟎"):
        with pytest.raises(ident.IdentifiantInvalide):
            normaliser(valeur[:place] + chr(ord(zero) + chiffre) + valeur[place + 1 :])


LETTRES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize("lettre", LETTRES)
def test_each_letter_is_taken_in_its_place_only(lettre: str) -> None:
    """One letter too many in a character class is what a random search does not find."""

    def pris(normaliser: Callable[[str], str], valeur: str) -> bool:
        try:
            return normaliser(valeur) == valeur
        except ident.IdentifiantInvalide:
            return False

    rnie, cle = lettre in "ABCDEFGHJK", lettre not in "IOQ"
    assert pris(ident.normaliser_ine, f"123456789{lettre}A") == rnie
    assert pris(ident.normaliser_ine, f"123456789A{lettre}") == rnie
    assert pris(ident.normaliser_ine, f"0123456789{lettre}") == cle
    assert pris(ident.normaliser_ine, f"2024A12345{lettre}") == cle
    assert pris(ident.normaliser_ine, f"2024{lettre}12345Z") == (lettre in "AD")
    assert pris(ident.normaliser_uai, f"0311384{lettre}") == cle
    assert pris(ident.normaliser_code_lieu, f"2{lettre}004") == (lettre in "AB")
    assert pris(ident.normaliser_code_commune, f"2{lettre}004") == (lettre in "AB")
    assert not pris(ident.normaliser_code_lieu, f"3{lettre}004")


@given(st.integers(0, 10**13 - 1))
def test_one_luhn_key_only_fits_a_siret(n: int) -> None:
    base = f"{n:013d}"
    if base.startswith("356000000"):
        return
    doubles = sum(sum(divmod(2 * int(c), 10)) for c in base[::-2])
    cle = -(doubles + sum(int(c) for c in base[-2::-2])) % 10
    for chiffre in range(10):
        if chiffre == cle:
            assert ident.normaliser_siret(f"{base}{chiffre}") == f"{base}{chiffre}"
        else:
            with pytest.raises(ident.IdentifiantInvalide):
                ident.normaliser_siret(f"{base}{chiffre}")


@given(st.integers(0, 99_999))
def test_every_siret_of_la_poste_is_taken(n: int) -> None:
    assert ident.normaliser_siret(f"356000000{n:05d}")


@pytest.mark.parametrize(
    ("normaliser", "exemple"),
    [
        (ident.normaliser_ine, r"[0-9A-Z]{11}"),
        (ident.normaliser_uai, r"[0-9]{7}[A-Z]"),
        (ident.normaliser_siret, r"[0-9]{14}"),
        (ident.normaliser_code_commune, r"[0-9]{5}"),
        (ident.lire_date, r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    ],
)
def test_the_message_gives_an_accepted_example_and_not_the_typed_value(
    normaliser: Callable[[str], object], exemple: str
) -> None:
    with pytest.raises(ident.IdentifiantInvalide) as refus:
        normaliser("valeur-secrète")
    message = str(refus.value)
    assert "secrète" not in message
    (donne,) = re.findall(rf"\b{exemple}\b", message)
    assert normaliser(donne)
    if normaliser is ident.normaliser_ine:
        assert ident.cle_ine_valide(donne)


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_date_is_read_if_the_calendar_knows_it_and_refused_otherwise(a: int, m: int, j: int) -> None:
    try:
        attendue = date(a, m, j)
    except ValueError:
        with pytest.raises(ident.IdentifiantInvalide):
            ident.lire_date(f"{a:04d}-{m:02d}-{j:02d}")
    else:
        assert ident.lire_date(f"{a:04d}-{m:02d}-{j:02d}") == attendue


@given(st.text(max_size=30))
def test_no_text_breaks_a_validation(texte: str) -> None:
    for normaliser in (
        ident.normaliser_ine,
        ident.normaliser_uai,
        ident.normaliser_siret,
        ident.normaliser_siret_saisi,
        ident.normaliser_code_lieu,
        ident.normaliser_code_commune,
    ):
        with contextlib.suppress(ident.IdentifiantInvalide):
            rendu = normaliser(texte)
            assert normaliser(rendu) == rendu
    with contextlib.suppress(ident.IdentifiantInvalide):
        assert isinstance(ident.lire_date(texte), date)


@pytest.mark.parametrize("ine", ["ſ1234567890", "ı1234567890", "\uff211234567890"])
def test_a_letter_of_another_script_does_not_become_that_of_an_ine(ine: str) -> None:
    """`upper()` makes S of a long s and I of a dotless i: another person's INE."""
    with pytest.raises(ident.IdentifiantInvalide):
        ident.normaliser_ine(ine)


def test_a_letter_of_another_script_does_not_become_that_of_a_uai() -> None:
    assert ident.normaliser_uai("0311384s") == "0311384S"
    with pytest.raises(ident.IdentifiantInvalide):
        ident.normaliser_uai("0311384ſ")


@pytest.mark.parametrize("saisi", ["123", "130 025 265 0001", "A30 025 265 00013", "130-025-265-00013"])
def test_who_types_a_siret_is_shown_a_form_that_is_taken(saisi: str) -> None:
    with pytest.raises(ident.IdentifiantInvalide) as refus:
        ident.normaliser_siret_saisi(saisi)
    [exemple] = re.findall(r"par exemple ([\d ]+)\.", str(refus.value))
    assert ident.normaliser_siret_saisi(exemple) == "13002526500013"
    assert "sans espace" not in str(refus.value)
