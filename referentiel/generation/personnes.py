"""Invented students: names, given names, birth, drawn with the frequencies of the vocabulary."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from referentiel.communes import reference
from referentiel.generation import vocabulaire


class Personne(NamedTuple):
    nom: str
    prenoms: list[str]
    sexe: str | None
    naissance: str
    precision: str
    lieu: str | None
    age: int


class Tirage:
    """Values with their weights; draws many at once."""

    def __init__(self, valeurs: Sequence[str], poids: Sequence[float]) -> None:
        self._valeurs = valeurs
        self._cumul = list(accumulate(poids))

    def tirer(self, hasard: random.Random, combien: int) -> list[str]:
        return hasard.choices(self._valeurs, cum_weights=self._cumul, k=combien)


@cache
def _noms() -> Tirage:
    frequents = vocabulaire.NOMS
    rares = [racine + finale for racine in vocabulaire.RACINES for finale in vocabulaire.FINALES]
    # One in five bears one of the common names, from 0.4 % for the first down to 0.05 %.
    poids = [max(0.0005, 0.0042 / (1 + rang / 12)) for rang in range(len(frequents))]
    return Tirage([*frequents, *rares], [*poids, *[(1 - sum(poids)) / len(rares)] * len(rares)])


@cache
def _prenoms() -> dict[str, Tirage]:
    return {
        sexe: Tirage(prenoms, [1 / (10 + rang) for rang in range(len(prenoms))])
        for sexe, prenoms in vocabulaire.PRENOMS.items()
    }


@cache
def _lieux() -> Tirage:
    grandes = vocabulaire.COMMUNES_DE_NAISSANCE
    autres = [code for code, _, type_, *_ in reference().lignes() if type_ == "actuelle"][::7]
    pays = vocabulaire.PAYS_DE_NAISSANCE
    return Tirage(
        [*grandes, *autres, *pays],
        [*[0.55 / len(grandes)] * len(grandes), *[0.33 / len(autres)] * len(autres), *[0.12 / len(pays)] * len(pays)],
    )  # fmt: skip


#: Age at the start of the university year → share: most students are 18 to 22.
_AGES = Tirage(
    [str(age) for age in range(16, 60)],
    [2, 40, 190, 180, 160, 130, 95, 60, 38, 24, 15, 11, 9, 7, 6, *[1.2] * 29],
)


def personnes(hasard: random.Random, combien: int, *, rentree: date) -> Iterator[Personne]:
    """Draw persons who study in the university year that begins on `rentree`."""
    sexes = hasard.choices("FM", weights=(55, 45), k=combien)
    noms = _noms().tirer(hasard, combien)
    seconds = _noms().tirer(hasard, combien)
    prenoms = {sexe: iter(tirage.tirer(hasard, 3 * combien)) for sexe, tirage in _prenoms().items()}
    lieux = _lieux().tirer(hasard, combien)
    ages = _AGES.tirer(hasard, combien)
    hasards = [hasard.random() for _ in range(combien)]
    jours = [int(366 * hasard.random()) for _ in range(combien)]
    for sexe, nom, second, lieu, age, jours_avant, au_sort in zip(
        sexes, noms, seconds, lieux, ages, jours, hasards, strict=True
    ):
        naissance = rentree.replace(year=rentree.year - int(age)) - timedelta(days=jours_avant)
        precision = "jour"
        if lieu.startswith("99") and au_sort < 0.06:
            # Civil registers that only know the year, or the month.
            precision = "annee" if au_sort < 0.04 else "mois"
            naissance = naissance.replace(day=1)
            if precision == "annee":
                naissance = naissance.replace(month=1)
        suite = prenoms[sexe]
        liste = [next(suite)]
        if au_sort > 0.3:
            liste.append(next(suite))
        if au_sort > 0.7:
            liste.append(next(suite))
        yield Personne(
            nom=f"{nom}-{second}" if 0.50 < au_sort < 0.54 else nom,
            prenoms=list(dict.fromkeys(liste)),
            sexe=None if 0.20 < au_sort < 0.203 else sexe,
            naissance=naissance.isoformat(),
            precision=precision,
            lieu=None if 0.40 < au_sort < 0.42 else lieu,
            age=int(age),
        )
