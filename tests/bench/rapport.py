"""What a measure says: values round by round, their median, and the figure to reach."""

import statistics
from dataclasses import dataclass

from tests.bench.base import dire


@dataclass(frozen=True)
class Rapport:
    """A ratio (or, with a unit, a quantity) and its target: a minimum, or a maximum."""

    nom: str
    valeurs: list[float]
    objectif: float
    maximum: bool = False
    unite: str = ""

    @property
    def mediane(self) -> float:
        return statistics.median(self.valeurs)

    @property
    def atteint(self) -> bool:
        return self.mediane <= self.objectif if self.maximum else self.mediane >= self.objectif

    def ecrire(self, valeur: float) -> str:
        return f"{valeur:.0f} {self.unite}" if self.unite else f"{valeur:.2f}"


def tableau(rapports: list[Rapport]) -> None:
    dire()
    dire(f"{'':<46}{'médiane':>10}{'min':>10}{'max':>10}{'objectif':>12}")
    for rapport in rapports:
        colonnes = (rapport.mediane, min(rapport.valeurs), max(rapport.valeurs))
        dire(
            f"{rapport.nom:<46}"
            + "".join(f"{rapport.ecrire(valeur):>10}" for valeur in colonnes)
            + f"{('≤ ' if rapport.maximum else '≥ ') + rapport.ecrire(rapport.objectif):>12}"
            + ("" if rapport.atteint else "   non atteint")
        )
