"""What a cell or a field « lieu de naissance » says, when it holds more than a code."""

import datetime

import pytest

from referentiel.communes import reference
from referentiel.lieux_nommes import lieu_de_naissance_par_texte

REFERENCE = reference()


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("TOULOUSE (31)", "31555"),
        ("Toulouse 31", "31555"),
        ("31 TOULOUSE", "31555"),
        ("Toulouse (Haute-Garonne)", "31555"),
        ("Toulouse, Haute Garonne", "31555"),
        ("Toulouse (31555)", "31555"),
        ("31555 Toulouse", "31555"),
        ("31400 TOULOUSE", "31555"),
        ("Toulouse (031)", "31555"),
        ("Toulouse", "31555"),
        ("Toulouse, France", "31555"),
        ("TOULOUSE CEDEX 9 (31)", "31555"),
        ("Paris 12e", "75112"),
        ("PARIS 12 (75)", "75112"),
        ("PARIS (75012)", "75112"),
        ("75012 PARIS", "75112"),
        ("12e arrondissement de Paris", "75112"),
        ("Paris 1er", "75101"),
        ("PARIS", "75056"),
        ("Paris (75)", "75056"),
        ("Lyon 3ème (69)", "69383"),
        ("Saint-Denis (974)", "97411"),
        ("Saint-Denis (La Réunion)", "97411"),
        ("St Denis 93", "93066"),
        ("Ajaccio (2A)", "2A004"),
        ("L'Haÿ-les-Roses (94)", "94038"),
        ("Évry (91)", "91228"),
        ("Maroc", "99350"),
        ("Casablanca (Maroc)", "99350"),
        ("CASABLANCA, MAROC", "99350"),
        ("Alger Algérie", "99352"),
        ("Abidjan (Côte d'Ivoire)", "99326"),
        ("ZAÏRE", "99312"),
        ("République démocratique du Congo", "99312"),
        ("Congo", "99324"),
        ("Corée du Sud", "99239"),
        ("Viêt Nam", "99243"),
        ("États-Unis", "99404"),
        ("New York, États Unis", "99404"),
        ("Royaume-Uni", "99132"),
        ("République dominicaine", "99408"),
        ("99350", "99350"),
        ("Rabat 99350", "99350"),
        ("31555", "31555"),
        ("2a004", "2A004"),
    ],
)
def test_a_place_told_in_words(texte: str, code: str) -> None:
    lieu = lieu_de_naissance_par_texte(texte, datetime.date(2004, 3, 27), REFERENCE)
    assert lieu is not None
    assert lieu.code == code


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "  ",
        "()",
        "Saint-Denis",  # several
        "Sainte-Marie",
        "Nulle-Part-sur-Rien",
        "Nulle-Part (31)",
        "Lyon 12",
        "inconnu",
        "France",
        "né à la maison",
        "31",
        "12",
        "Toulouse (69)",
        "31555 Marseille-en-Beauvaisis-sur-Mer",
    ],
)
def test_what_cannot_be_told_for_sure_is_left_aside(texte: str) -> None:
    assert lieu_de_naissance_par_texte(texte, datetime.date(2004, 3, 27), REFERENCE) is None


def test_an_old_code_is_read_by_the_birth() -> None:
    lu = lieu_de_naissance_par_texte("75012", datetime.date(2004, 1, 9), REFERENCE)
    assert lu is not None
    assert (lu.code, lu.avis) == ("75112", "naissance_code_postal")
    autrefois = lieu_de_naissance_par_texte("Boulogne-Billancourt (75)", datetime.date(1960, 1, 9), REFERENCE)
    assert autrefois is not None
    assert autrefois.code == "75012"


def test_nothing_is_needed_of_the_birth() -> None:
    lieu = lieu_de_naissance_par_texte("Toulouse (31)", None, REFERENCE)
    assert lieu is not None
    assert lieu.code == "31555"
