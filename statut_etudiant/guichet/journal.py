"""The verifications of the desk, as the exchange journal has them: one's own, and an organisation's by agent."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from referentiel.models import Echange

#: Of the journal's rows that the desk writes.
INTERFACE = "guichet"


class Compte(NamedTuple):
    """What an agent verified: how many people, not which ones."""

    verifications: int
    introuvables: int
    derniere: datetime.datetime | None


def siennes(compte_id: int) -> QuerySet[Echange]:
    """A person's own verifications, newest first."""
    return Echange.objects.filter(interface=INTERFACE, compte_id=compte_id).order_by("-instant", "-id")


def par_agent(
    comptes: Iterable[int], habilitations: Iterable[int], *, depuis: datetime.datetime
) -> dict[int, Compte]:
    """By account, under these habilitations."""
    lignes = (
        Echange.objects.filter(
            interface=INTERFACE,
            compte_id__in=list(comptes),
            habilitation_id__in=list(habilitations),
            instant__gte=depuis,
        )
        .order_by()
        .values("compte_id")
        .annotate(
            verifications=Count("id"),
            introuvables=Count("id", filter=Q(issue=Echange.Issue.NON_TROUVE)),
            derniere=Max("instant"),
        )
    )
    return {
        ligne["compte_id"]: Compte(ligne["verifications"], ligne["introuvables"], ligne["derniere"])
        for ligne in lignes
        if ligne["compte_id"] is not None
    }


def il_y_a(jours: int) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=jours)
