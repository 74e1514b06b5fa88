"""The shapes say the same thing to Python and to the CHECK constraints of PostgreSQL."""

import random
import re

import pytest
from django.db import connection

from referentiel import identifiants as ident

MOTIFS = {
    "ine": (ident.MOTIF_INE, ["0123456789M", "123456789AB", "0ABC1234567", "2024A12345Z"]),
    "uai": (ident.MOTIF_UAI, ["0311384L"]),
    "siret": (ident.MOTIF_SIRET, ["13002526500013"]),
    "lieu": (ident.MOTIF_LIEU_NAISSANCE, ["31555", "2A004", "99100", "97411"]),
    "commune": (ident.MOTIF_CODE_COMMUNE, ["31555", "2B033", "98818"]),
}
ALPHABET = "09123ABHIJKOQXZabz \n\r\t.-é０ſı٣"


def variantes(exemples: list[str]) -> list[str]:
    """Well-formed values and their near-misses: one character more, one less, one for another."""
    hasard = random.Random(20261121)
    valeurs = list(exemples)
    for exemple in exemples:
        valeurs += [f"{exemple}\n", f"\n{exemple}", f"{exemple}\n{exemple}", exemple.lower(), ""]
        for place in range(len(exemple)):
            for caractere in ALPHABET:
                valeurs.append(exemple[:place] + caractere + exemple[place:])
                valeurs.append(exemple[:place] + caractere + exemple[place + 1 :])
        valeurs += ["".join(hasard.choices("0123456789ABHKIZ", k=len(exemple))) for _ in range(300)]
    return valeurs


@pytest.mark.django_db
@pytest.mark.parametrize("nom", MOTIFS)
def test_python_and_postgresql_take_exactly_the_same_values(nom: str) -> None:
    motif, exemples = MOTIFS[nom]
    valeurs = variantes(exemples)
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT array_agg(v ~ %s ORDER BY rang) FROM unnest(%s::text[]) WITH ORDINALITY AS t (v, rang)",
            [motif, valeurs],
        )
        en_base = curseur.fetchone()[0]
    compile_ = re.compile(motif)
    en_python = [compile_.fullmatch(valeur) is not None for valeur in valeurs]
    assert [v for v, a, b in zip(valeurs, en_base, en_python, strict=True) if a != b] == []
    assert len(exemples) < sum(en_python) < len(valeurs)
