"""How long it is known who could verify: as long as the exchanges that it explains."""

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q
from django.db.models.functions import Least
from django.utils import timezone

from statut_etudiant.guichet.models import Agent

MOIS_D_UN_AGENT = 36


def oublier_les_agents() -> int:
    """Erase the addresses of designations that ended long ago; how many."""
    limite = timezone.now() - relativedelta(months=MOIS_D_UN_AGENT)
    finis = Agent.objects.exclude(courriel="").filter(Q(retire_le__lt=limite) | Q(expire_le__lt=limite))
    # One that was only over is removed by the same move: what has no address gives no right.
    return finis.update(courriel="", retire_le=Least(F("expire_le"), F("retire_le")))
