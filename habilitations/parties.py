"""What ties a person to a request, so that they never decide on it; and the trace of who wrote in its form.

The rule is the database's (`habilitations_liens`), where a trigger applies it to everything that the ministry does.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from habilitations.models import Compte, Demande, Redaction


class Motif(StrEnum):
    DEMANDEUR = "demandeur"
    REDACTION = "redaction"
    ACTE = "acte"
    CONTACT = "contact"


class Lien(NamedTuple):
    """`objet`: the step written in, the act done, or the role of the contact; `instant`: when, if that has a time."""

    motif: Motif
    objet: str
    instant: datetime | None


def liens(demande: Demande, compte: Compte) -> list[Lien]:
    """From the strongest to the weakest, the oldest of each first. None: the person may instruct the request."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT motif, objet, instant FROM habilitations_liens(%s, %s) ORDER BY rang, instant, objet",
            [demande.pk, compte.pk],
        )
        return [Lien(Motif(motif), objet, instant) for motif, objet, instant in curseur.fetchall()]


def noter_redaction(
    demande: Demande, *, compte: Compte, au_nom_de: Compte | None, etapes: Iterable[str]
) -> None:
    """Keep that the person wrote in these steps, with the administrator who did it in their place."""
    maintenant = timezone.now()
    Redaction.objects.bulk_create(
        [
            Redaction(
                demande=demande,
                compte=compte,
                au_nom_de=au_nom_de,
                etape=etape,
                premiere_le=maintenant,
                derniere_le=maintenant,
            )
            for etape in sorted(set(etapes))
        ],
        update_conflicts=True,
        unique_fields=["demande", "compte", "au_nom_de", "etape"],
        update_fields=["derniere_le"],
    )
