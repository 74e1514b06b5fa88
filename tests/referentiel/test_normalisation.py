"""The SQL normal form of names, against the rule said again from the referential's text alone."""

import string
import unicodedata

from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

LIGATURES = {"œ": "OE", "æ": "AE", "ß": "SS", "þ": "TH"}
#: Letters without decomposition, of the alphabets of Europe.
PLIEES = {"ł": "L", "ø": "O", "đ": "D", "ð": "D", "ħ": "H", "ŧ": "T", "ŋ": "N", "ı": "I", "ĸ": "K"}
APOSTROPHES = "'’‘‛´`ʼʹʻ′＇"
#: What transliterated names write as an apostrophe besides, and what a letter like ẚ comes apart into.
PRESQUE_APOSTROPHES = "ʽʾʿˈˊˋ՚ꞌ‚‵"
TIRETS = "-‐‑‒–—―−－"

#: Latin letters, plain or with diacritics, composed or not, and what stands between the words of a name.
LETTRES = st.one_of(
    st.sampled_from(string.ascii_letters),
    st.characters(min_codepoint=0xC0, max_codepoint=0x17F, categories=["Lu", "Ll"]),
    st.characters(min_codepoint=0x1E00, max_codepoint=0x1EF9, categories=["Lu", "Ll"]),
    st.sampled_from("œŒæÆßẞıŉſﬁøŁđ"),
)
# The Greek iota subscript is a mark in lower case and a letter in upper case: not a diacritic for this rule's purpose.
DIACRITIQUES = st.characters(
    min_codepoint=0x300, max_codepoint=0x36F, categories=["Mn"], exclude_characters="\u0345"
)
ENTRE = st.sampled_from(APOSTROPHES + TIRETS + ".· \u00a0\u202f\t")
NOMS = st.lists(st.one_of(LETTRES, LETTRES, LETTRES, DIACRITIQUES, ENTRE), min_size=1, max_size=15).map(
    "".join
)


def attendu(nom: str) -> str:
    """NFKD without diacritics, upper case, œ → OE, æ → AE, ß → SS, every apostrophe, hyphen, dot → space, squeezed."""
    # Before NFKD too, which takes some spaced accents (´) apart into a space and a mark.
    nom = "".join(" " if _separe(c) else c for c in nom)
    nom = "".join(c for c in unicodedata.normalize("NFKD", nom) if unicodedata.category(c) != "Mn")
    for lettre, lettres in LIGATURES.items():
        nom = nom.replace(lettre, lettres).replace(lettre.upper() if lettre != "ß" else "ẞ", lettres)
    nom = "".join(PLIEES.get(c.lower(), c) for c in nom)
    return " ".join("".join(" " if _separe(c) else c for c in nom.upper()).split())


def _separe(caractere: str) -> bool:
    return caractere in APOSTROPHES + TIRETS + ".·" or unicodedata.category(caractere) == "Pd"


def _sans_apostrophe(nom: str) -> str:
    return "".join(c for c in nom if c not in APOSTROPHES + PRESQUE_APOSTROPHES)


def en_base(fonction: str, argument: object) -> str:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT {fonction}(%s)", [argument])
        return curseur.fetchone()[0]


class FormeNormale(TestCase):
    @settings(max_examples=800, deadline=None, database=None)
    @given(nom=NOMS)
    @example("L’Haÿ--les.Roses")
    @example("\u0301")
    @example("O´Brien")
    @example("ŉ")
    @example("ĳ Ǆ")
    def test_the_database_s_function_follows_the_rule(self, nom):
        assert en_base("referentiel_normaliser", nom) == attendu(nom)

    @settings(max_examples=150, deadline=None, database=None)
    @given(nom=NOMS)
    def test_a_normal_form_is_its_own(self, nom):
        forme = en_base("referentiel_normaliser", nom)
        assert en_base("referentiel_normaliser", forme) == forme

    @settings(max_examples=150, deadline=None, database=None)
    @given(nom=NOMS)
    def test_neither_case_nor_composition_changes_the_form(self, nom):
        forme = en_base("referentiel_normaliser", nom)
        for autre in (nom.upper(), unicodedata.normalize("NFD", nom), unicodedata.normalize("NFC", nom)):
            assert en_base("referentiel_normaliser", autre) == forme

    @settings(max_examples=150, deadline=None, database=None)
    @given(noms=st.lists(NOMS, min_size=1, max_size=3))
    @example(["ẚ"])
    @example(["aŉ"])
    @example(["Shuʾayb"])
    def test_keys_follow_the_form(self, noms):
        nom = noms[0]
        # Before NFKD too, which takes some spaced accents apart, as in `attendu`.
        compacte = attendu(_sans_apostrophe(unicodedata.normalize("NFKD", _sans_apostrophe(nom))))
        assert en_base("referentiel_cle_nom", nom) == compacte.replace(" ", "")
        # Here what a letter comes apart into (ẚ, ŉ) is a space between two words.
        mots = "".join(" " if c in PRESQUE_APOSTROPHES else c for c in attendu(_sans_apostrophe(nom)))
        assert en_base("referentiel_cle_prenom", noms) == " ".join(mots.split())

    @settings(max_examples=200, deadline=None, database=None)
    @given(nom=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
    def test_no_text_makes_the_database_fail(self, nom):
        forme = en_base("referentiel_normaliser", nom)
        assert "  " not in forme
