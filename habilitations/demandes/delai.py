"""The legal clock: two months after its submission, a request left unanswered is rejected (CRPA art. L. 231-4)."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from referentiel import francais

MOIS = 2
#: Days left under which the list warns.
PROCHE = 15


class Urgence(StrEnum):
    """The DSFR badge that says it, always with words beside the colour."""

    AUCUNE = "info"
    PROCHE = "warning"
    DEPASSE = "error"


class Delai(NamedTuple):
    age: int  # days since the submission
    echeance: date
    jours: int  # days left; negative once the silence was a rejection

    @property
    def urgence(self) -> Urgence:
        if self.jours < 0:
            return Urgence.DEPASSE
        return Urgence.PROCHE if self.jours <= PROCHE else Urgence.AUCUNE

    @property
    def libelle(self) -> str:
        if self.jours < 0:
            return f"Délai dépassé de {francais.jours(-self.jours)}"
        if self.jours == 0:
            return "Dernier jour pour répondre"
        return f"{francais.jours(self.jours)} restant{'s' if francais.est_pluriel(self.jours) else ''}"


def echeance(soumise_le: datetime) -> date:
    """The last day of the ministry to answer."""
    return timezone.localdate(soumise_le) + relativedelta(months=MOIS)


def delai(soumise_le: datetime, *, le: date | None = None) -> Delai:
    le = le or timezone.localdate()
    fin = echeance(soumise_le)
    return Delai((le - timezone.localdate(soumise_le)).days, fin, (fin - le).days)


def dernier_jour_de_soumission(*, jours_restants: int, le: date | None = None) -> date:
    """The latest day of submission that leaves fewer than so many days: what a list compares its dates with."""
    le = le or timezone.localdate()
    fin = le + relativedelta(days=jours_restants - 1)
    # Months have several lengths: several days may share one deadline, the last of them is wanted.
    jour = fin - relativedelta(months=MOIS) + relativedelta(days=4)
    while jour + relativedelta(months=MOIS) > fin:
        jour -= relativedelta(days=1)
    return jour
