"""Figures of the instruction, read from the history: how long the ministry takes, and what it decides.

The time told is the ministry's: from the submission that was decided on, to the answer, whatever the answer.
"""

from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from habilitations.models import Demande, Habilitation
from referentiel import francais

MOIS = 12

DECISIONS = """
WITH suite AS (
    SELECT acte, instant,
        max(instant) FILTER (WHERE acte = 'soumettre') OVER (PARTITION BY demande_id ORDER BY id) AS soumise_le
    FROM habilitations_evenement
    WHERE acte IN ('soumettre', 'valider', 'refuser', 'refuser_reouverture', 'demander_modifications')
), reponse AS (
    SELECT acte,
        date_trunc('month', instant AT TIME ZONE 'Europe/Paris')::date AS mois,
        extract(epoch FROM instant - soumise_le) / 86400.0 AS jours
    FROM suite
    WHERE acte <> 'soumettre' AND soumise_le IS NOT NULL AND instant >= %s AT TIME ZONE 'Europe/Paris'
)
SELECT mois,
    count(*),
    count(*) FILTER (WHERE acte = 'valider'),
    count(*) FILTER (WHERE acte = 'demander_modifications'),
    count(*) FILTER (WHERE acte IN ('refuser', 'refuser_reouverture')),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY jours),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY jours)
FROM reponse GROUP BY GROUPING SETS ((mois), ())
"""


class Reponses(NamedTuple):
    """What was answered in a month, or over the whole period. No time without an answer."""

    mois: date | None
    total: int
    validees: int
    modifications: int
    refusees: int
    mediane: float | None
    neuf_sur_dix: float | None

    @property
    def libelle(self) -> str:
        return francais.date(self.mois, "F Y") if self.mois else ""

    @property
    def libelle_court(self) -> str:
        return francais.date(self.mois, "m/y") if self.mois else ""

    @property
    def part_modifications(self) -> int | None:
        return round(100 * self.modifications / self.total) if self.total else None

    @property
    def part_refus(self) -> int | None:
        return round(100 * self.refusees / self.total) if self.total else None


class Volume(NamedTuple):
    libelle: str
    par_type: list[tuple[str, int]]
    total: int


def reponses(*, jusqu_a: date | None = None) -> tuple[Reponses, list[Reponses]]:
    """The last twelve months, the current one included: all together, then each, those without an answer too."""
    debut = (jusqu_a or timezone.localdate()).replace(day=1) - relativedelta(months=MOIS - 1)
    with connection.cursor() as curseur:
        curseur.execute(DECISIONS, [debut])
        connues = {ligne[0]: Reponses(*ligne) for ligne in curseur.fetchall()}
    mois = [debut + relativedelta(months=rang) for rang in range(MOIS)]
    return connues[None], [connues.get(m) or Reponses(m, 0, 0, 0, 0, None, None) for m in mois]


def par_etat_et_type() -> list[Volume]:
    """Every request, drafts and archives included."""
    comptees = {
        (etat, type_): nombre
        for etat, type_, nombre in Demande.objects.order_by()
        .values_list("etat", "type")
        .annotate(nombre=Count("id"))
    }
    volumes = []
    for etat in Demande.Etat:
        par_type = [
            (str(type_.label), comptees.get((etat.value, type_.value), 0)) for type_ in Habilitation.Type
        ]
        volumes.append(Volume(str(etat.label), par_type, sum(nombre for _, nombre in par_type)))
    return volumes
