"""What a token was used for: calls by day and status over two months, last calls, refusals of the quota."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from habilitations.models import Consommation, Jeton
from referentiel.models import Echange

JOURS = 61
DERNIERS = 50


class Journee(NamedTuple):
    jour: date
    reussis: int
    non_trouves: int
    refuses: int  # parameters, rights
    quota: int
    pannes: int

    @property
    def total(self) -> int:
        return sum(self[1:])

    @property
    def classes(self) -> tuple[int, int, int]:
        """What a chart tells apart: answers with data, not found, and all that was refused or failed."""
        return self.reussis, self.non_trouves, self.refuses + self.quota + self.pannes


class BilanDeConsommation(NamedTuple):
    """`refus`: calls that were not answered with data, by HTTP status, the most frequent first."""

    journees: list[Journee]  # one a day, empty ones included, oldest first
    derniers: list[Echange]
    refus: list[tuple[int, int]]

    @property
    def total(self) -> Journee:
        nombres: list[int] = [sum(rangs) for rangs in zip(*(j[1:] for j in self.journees), strict=True)]
        return Journee(self.journees[-1].jour, *nombres)


def bilan(jeton: Jeton) -> BilanDeConsommation:
    """Two months up to today. Three statements, whatever the traffic."""
    aujourdhui = timezone.localdate()
    debut = aujourdhui - timedelta(days=JOURS - 1)
    comptes: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    refus: Counter[int] = Counter()
    for jour, statut, appels in Consommation.objects.filter(jeton=jeton, jour__gte=debut).values_list(
        "jour", "statut", "appels"
    ):
        comptes[jour][_rang(statut)] += appels
        if statut >= 400:
            refus[statut] += appels
    journees = [Journee(jour, *comptes[jour]) for jour in (debut + timedelta(days=n) for n in range(JOURS))]
    derniers = list(
        Echange.objects.filter(jeton_id=jeton.pk, instant__gte=timezone.now() - timedelta(days=JOURS))
        .only("instant", "issue", "voie", "interface", "recipient", "categories", "requete")
        .order_by("-instant")[:DERNIERS]
    )
    return BilanDeConsommation(journees, derniers, refus.most_common())


def _rang(statut: int) -> int:
    if statut < 400:
        return 0
    if statut == 404:
        return 1
    if statut == 429:
        return 3
    return 2 if statut < 500 else 4
