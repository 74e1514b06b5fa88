"""What invented students are enrolled in, this university year and the ones before."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from referentiel.generation import vocabulaire


class Lieu(NamedTuple):
    """An establishment where students can be put."""

    id: int
    type: str
    code_commune: str


class Parcours(NamedTuple):
    """An inscription, without its student."""

    etablissement_id: int
    statut: str
    regime: str
    date_debut: str
    date_fin: str
    code_commune: str
    cursus: str
    diplome: str
    niveau_diplome: str


_REGIMES = list(vocabulaire.REGIMES)
_POIDS_REGIMES = list(accumulate(vocabulaire.REGIMES.values()))


class Ecoles:
    """The establishments, drawn by size: universities hold most of the students."""

    def __init__(self, lieux: Sequence[Lieu]) -> None:
        self._lieux = lieux
        self._cumul = list(accumulate(vocabulaire.POIDS_ETABLISSEMENT[lieu.type] for lieu in lieux))

    def parcours(
        self, hasard: random.Random, combien: int, *, rentree: date, annees: int
    ) -> Iterator[list[Parcours]]:
        """For each student, one inscription a year: this year's first, then back in time."""
        lieux = hasard.choices(self._lieux, cum_weights=self._cumul, k=combien)
        regimes = hasard.choices(_REGIMES, cum_weights=_POIDS_REGIMES, k=combien)
        sorts = [hasard.random() for _ in range(combien)]
        calendriers = [_calendrier(rentree.replace(year=rentree.year - recul)) for recul in range(annees)]
        for lieu, regime, sort in zip(lieux, regimes, sorts, strict=True):
            diplomes = vocabulaire.DIPLOMES.get(lieu.type, vocabulaire.DIPLOMES_PAR_DEFAUT)
            # The square of a uniform draw: the first of the list come more often.
            cursus, diplome, niveau = diplomes[int(len(diplomes) * sort * sort)]
            # The same draw read at another scale: one in fourteen is admitted only, one in five has its own calendar.
            admis = sort * 1000 % 1 < 0.07
            dates = int(sort * 100_000 % 1 < 0.2)
            yield [
                Parcours(
                    lieu.id,
                    "admis" if admis and not recul else "inscrit",
                    regime,
                    *calendriers[recul][dates],
                    lieu.code_commune,
                    cursus,
                    diplome,
                    niveau,
                )
                for recul in range(annees)
            ]


def _calendrier(rentree: date) -> tuple[tuple[str, str], tuple[str, str]]:
    """First and last day: of the whole university year, or of the courses."""
    annee = rentree.year
    return (
        (f"{annee}-09-01", f"{annee + 1}-08-31"),
        (f"{annee}-09-08", f"{annee + 1}-06-30"),
    )
