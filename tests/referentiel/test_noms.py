"""The normal form of names says the same thing in Python and in the database."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from referentiel.communes import lignes_reference
from referentiel.noms import mots_du_nom, normaliser_nom

#: What names are made of: Latin letters, with or without diacritics, and what separates them.
LETTRES = st.characters(min_codepoint=1, max_codepoint=0x17F, categories=["L", "Zs", "Pd"])
SEPARATEURS = st.sampled_from(" '’‘`.-‐‑–\u00a0\u0301\u0327ẞ")


def dans_la_base(noms: list[str]) -> list[str]:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT referentiel_normaliser(nom) FROM unnest(%s::text[]) WITH ORDINALITY AS t (nom, rang) ORDER BY rang",
            [noms],
        )
        return [nom for (nom,) in curseur.fetchall()]


@pytest.mark.parametrize(
    ("nom", "forme"),
    [
        ("d'Artagnan", "D ARTAGNAN"),
        ("  L’Haÿ--les.Roses ", "L HAY LES ROSES"),
        ("Œuvrard", "OEUVRARD"),
        ("Lætitia", "LAETITIA"),
        ("Weiß", "WEISS"),
        ("Ne\u0301e", "NEE"),
        ("Łukasz Øre", "LUKASZ ORE"),
        ("", ""),
    ],
)
def test_the_normal_form_of_a_name_is_the_specification_s(nom: str, forme: str) -> None:
    assert normaliser_nom(nom) == forme


class TestDansLaBase(TestCase):
    def test_every_commune_has_the_same_form_in_the_database(self) -> None:
        noms = [ligne[1] for ligne in lignes_reference()]
        assert dans_la_base(noms) == [normaliser_nom(nom) for nom in noms]

    @settings(deadline=None)
    @given(noms=st.lists(st.text(LETTRES | SEPARATEURS, max_size=20), min_size=1))
    def test_any_name_has_the_same_form_in_the_database(self, noms: list[str]) -> None:
        assert dans_la_base(noms) == [normaliser_nom(nom) for nom in noms]


@pytest.mark.django_db
def test_python_and_the_database_agree_on_every_letter_and_sign() -> None:
    signes = [chr(point) for point in range(1, 0x3100) if chr(point).isprintable()] + ["\ua78b", "\ua78c"]
    assert dans_la_base([f"a{signe}b" for signe in signes]) == [normaliser_nom(f"a{s}b") for s in signes]
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT referentiel_cle_nom(nom) FROM unnest(%s::text[]) WITH ORDINALITY AS t (nom, rang) ORDER BY rang",
            [[f"a{signe}b" for signe in signes]],
        )
        cles = [cle for (cle,) in curseur.fetchall()]
    assert cles == ["".join(mots_du_nom(f"a{signe}b")) for signe in signes]


def test_every_latin_letter_of_a_name_folds_to_ascii() -> None:
    lettres = [chr(point) for point in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)] if chr(point).isalpha()]
    restees = [lettre for lettre in lettres if not "".join(mots_du_nom(f"x{lettre}x")).isascii()]
    # Clicks and digraphs of a few languages of Africa and Asia, which no keyboard writes otherwise.
    assert "".join(restees) == "ƄƅƍƕƛƢƣƦƧƨƪƸƹƺƻƼƽƾǀǁǂǃǶȢȣȸȹɁɂẜẝẟỺỻỼỽỾỿ"
