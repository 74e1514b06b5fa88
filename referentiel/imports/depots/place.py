"""How many bytes the deposits of an establishment may take in the database, so that one token cannot fill its disk.

So many a day (`DEPOTS_PAR_JOUR_MO`), so many in all (`DEPOTS_GARDES_MO`): to make room, the content of the oldest
finished ones is forgotten early. The ministry's own imports, for every establishment, have no limit.
"""

import datetime

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone

from referentiel.imports.depots.entretien import effacer
from referentiel.models import Lot
from referentiel.nomenclatures import LOT_FINI

#: A report stays readable at least so long, whatever else is deposited.
RAPPORT_LISIBLE = datetime.timedelta(days=1)


class PlaceManquante(Exception):
    """The deposit does not fit. The message is French, for its sender. `demain`: it will, then, of itself."""

    def __init__(self, message: str, *, demain: bool) -> None:
        super().__init__(message)
        self.message = message
        self.demain = demain


def exiger(lot: Lot) -> None:
    """Make room for this deposit, whose size is known. Raises PlaceManquante, which must undo the transaction."""
    if lot.uais is None:
        return
    autres = Lot.objects.filter(uais__overlap=lot.uais).exclude(pk=lot.pk)
    minuit = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    if _octets(autres.filter(depose_le__gte=minuit)) + lot.taille > settings.DEPOTS_PAR_JOUR_MO << 20:
        raise PlaceManquante(
            f"Vos établissements ont déposé plus de {settings.DEPOTS_PAR_JOUR_MO} Mo aujourd'hui : recommencez demain,"
            " ou demandez au support une limite plus grande.",
            demain=True,
        )
    a_liberer = (
        _octets(autres.filter(efface_le__isnull=True)) + lot.taille - (settings.DEPOTS_GARDES_MO << 20)
    )
    finis = autres.filter(
        efface_le__isnull=True, etat__in=LOT_FINI, fini_le__lt=timezone.now() - RAPPORT_LISIBLE
    )
    for ancien in finis.select_for_update(skip_locked=True).order_by("fini_le", "pk"):
        if a_liberer <= 0:
            break
        effacer(ancien)
        a_liberer -= ancien.taille
    if a_liberer > 0:
        raise PlaceManquante(
            f"Vos dépôts en cours occupent plus de {settings.DEPOTS_GARDES_MO} Mo : laissez-les se terminer, ou"
            " abandonnez ceux qui attendent votre confirmation.",
            demain=False,
        )


def _octets(lots: QuerySet[Lot]) -> int:
    return lots.aggregate(total=Sum("taille"))["total"] or 0
