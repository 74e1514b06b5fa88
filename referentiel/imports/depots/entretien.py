"""How long the content of deposits is kept: their bytes, and the values of their signalled lines, are personal data.

A deposit that nobody confirms is cancelled after thirty days. A failed one is of use to whoever mends it for as long.
A finished one of which there is nothing to say is forgotten after a week. Otherwise its report is of use until the file
of the next year has replaced it: twelve months; that of a batch of the API, which software reads at once, thirty days.
The batch itself, its counts and the reasons of its rejections stay: they name nobody.
"""

import datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from referentiel.models import FragmentDeLot, LigneSignalee, Lot
from referentiel.nomenclatures import EtatLot, Source

JOURS_SANS_SUITE = 30
MOIS_DU_RAPPORT = 12
JOURS_SANS_SIGNALEMENT = 7
JAMAIS_CONFIRME = (
    f"Ce dépôt n'a pas été confirmé dans les {JOURS_SANS_SUITE} jours : il est annulé et son contenu effacé."
)


def entretenir(*, maintenant: datetime.datetime) -> tuple[int, int]:
    """(deposits cancelled, contents effaced). Each in a transaction of its own: done again, it goes on."""
    sans_suite = maintenant - datetime.timedelta(days=JOURS_SANS_SUITE)
    abandonnes = [_annuler(pk) for pk in _cles(Q(etat=EtatLot.A_CONFIRMER, demande_le__lt=sans_suite))]
    api = Q(etat__in=[EtatLot.TERMINE, EtatLot.RETIRE], canal=Source.API, fini_le__lt=sans_suite)
    muets = Q(
        etat__in=[EtatLot.TERMINE, EtatLot.RETIRE],
        rejetees=0,
        avis=0,
        fini_le__lt=maintenant - datetime.timedelta(days=JOURS_SANS_SIGNALEMENT),
    )
    perimes = (
        api
        | muets
        | Q(
            etat__in=[EtatLot.TERMINE, EtatLot.RETIRE],
            fini_le__lt=maintenant - relativedelta(months=MOIS_DU_RAPPORT),
        )
        | Q(etat__in=[EtatLot.ECHEC, EtatLot.ANNULE], fini_le__lt=sans_suite)
    )
    effaces = [_effacer(pk) for pk in _cles(perimes & Q(efface_le__isnull=True))]
    return sum(abandonnes), sum(effaces)


def effacer(lot: Lot, *, signalees: bool = False) -> None:
    """Forget the content of a finished deposit; `signalees`: and all that was said of its lines."""
    lignes = LigneSignalee.objects.filter(lot=lot)
    lignes.filter(niveau=LigneSignalee.Niveau.MODIF).delete()
    if signalees:
        lignes.delete()
    else:
        lignes.exclude(valeur="").update(valeur="")
    FragmentDeLot.objects.filter(lot=lot).delete()
    lot.efface_le = timezone.now()
    lot.analyse = None
    lot.save(update_fields=["efface_le", "analyse"])


def _cles(condition: Q) -> list[int]:
    return list(Lot.objects.filter(condition).order_by("id").values_list("id", flat=True))


@transaction.atomic
def _annuler(pk: int) -> bool:
    lot = Lot.objects.select_for_update(skip_locked=True).filter(pk=pk, etat=EtatLot.A_CONFIRMER).first()
    if lot is None:
        return False
    lot.etat, lot.fini_le, lot.message = EtatLot.ANNULE, timezone.now(), JAMAIS_CONFIRME
    lot.save(update_fields=["etat", "fini_le", "message"])
    effacer(lot, signalees=True)
    return True


@transaction.atomic
def _effacer(pk: int) -> bool:
    etats = [EtatLot.TERMINE, EtatLot.RETIRE, EtatLot.ECHEC, EtatLot.ANNULE]
    lot = Lot.objects.select_for_update(skip_locked=True).filter(pk=pk, etat__in=etats).first()
    if lot is None:
        return False
    effacer(lot)
    return True
