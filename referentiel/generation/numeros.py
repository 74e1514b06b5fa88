"""INE of all shapes with right keys, never twice the same: a number i goes to an INE by a permutation."""

import math
import random
from collections.abc import Callable

from referentiel.identifiants import CHIFFRES_RNIE, LETTRES_CLE

_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _rnie(n: int) -> str:
    cle = 97 - n % 97
    return f"{n:09d}{CHIFFRES_RNIE[cle // 10]}{CHIFFRES_RNIE[cle % 10]}"


def _bea(n: int) -> str:
    return f"{n:010d}{LETTRES_CLE[n % 23]}"


def _ines(n: int) -> str:
    chiffres = []
    reste = n
    for _ in range(10):
        reste, chiffre = divmod(reste, 36)
        chiffres.append(_BASE36[chiffre])
    return f"{''.join(reversed(chiffres))}{n % 10}"


def _sifa(n: int) -> str:
    return f"{n // 100_000:04d}A{n % 100_000:05d}{LETTRES_CLE[n % 23]}"


#: (shape, how many there are, share in a hundred): most students of today have an RNIE or a BEA number.
FORMES: tuple[tuple[Callable[[int], str], int, int], ...] = (
    (_rnie, 10**9, 50),
    (_bea, 10**10, 32),
    (_ines, 36**10, 13),
    (_sifa, 10**9, 5),
)


class Numeros:
    """`ine(i)` for i = 0, 1, 2… Two different i never give the same INE; two seeds give other series."""

    def __init__(self, graine: int) -> None:
        hasard = random.Random(f"ine {graine}")  # noqa: S311 (invented data)
        formes: list[tuple[Callable[[int], str], int, int, int]] = []
        for forme, taille, part in FORMES:
            pas = hasard.randrange(taille // 3, taille)
            while math.gcd(pas, taille) != 1:
                pas += 1
            formes += [(forme, taille, pas, hasard.randrange(taille))] * part
        hasard.shuffle(formes)
        self._formes = formes

    def ine(self, i: int) -> str:
        # The same i never serves twice, so within a shape i * pas + depart takes each value once.
        forme, taille, pas, depart = self._formes[i % 100]
        return forme((i * pas + depart) % taille)
