"""« Mon statut »: the person's records as the register holds them, who said so and when."""

import datetime
from typing import NamedTuple

from django.utils import timezone

from referentiel.models import Etudiant, Inscription
from referentiel.models.etudiant import dire_le_lieu
from referentiel.nomenclatures import Source


class Dossier(NamedTuple):
    """An enrolment or admission. `en_cours`: of today, or to come; `servi`: the API gives it to services."""

    inscription: Inscription
    commune: str
    en_cours: bool
    declaree: str
    confirmee_le: datetime.datetime


#: How the establishment said so.
DECLAREE = {
    Source.API: "par son logiciel",
    Source.FICHIER: "par un fichier",
    Source.ADMIN: "par saisie",
    Source.COMMANDE: "par le ministère",
}


def etudiant(etudiant_id: int) -> Etudiant | None:
    """None when they were merged into another meanwhile, or left the register."""
    return Etudiant.objects.filter(pk=etudiant_id, fictif=False).first()


def dossiers(etudiant_id: int) -> list[Dossier]:
    """Current ones first, then the newest."""
    aujourdhui = timezone.localdate()
    lues = Inscription.objects.filter(etudiant=etudiant_id, fictif=False).select_related("etablissement")
    trouves = [
        Dossier(
            inscription,
            dire_le_lieu(inscription.code_commune),
            inscription.date_fin >= aujourdhui,
            DECLAREE.get(Source(inscription.source), ""),
            inscription.confirmee_le,
        )
        for inscription in lues.order_by("-date_fin", "-date_debut", "-pk")
    ]
    return sorted(trouves, key=lambda dossier: not dossier.en_cours)
