"""How long it is known who could verify, and which lists: as long as the exchanges that they explain. What a list says
of people: a few days."""

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q
from django.db.models.functions import Least
from django.utils import timezone

from statut_etudiant.guichet.models import Agent, LigneDeListe, Liste

MOIS_D_UN_AGENT = 36
MOIS_D_UNE_LISTE = 36
#: After its end, and for one that nobody has had verified, after it was sent.
JOURS_DU_CONTENU, JOURS_D_ATTENTE = 7, 2


def oublier_les_agents() -> int:
    """Erase the addresses of designations that ended long ago; how many."""
    limite = timezone.now() - relativedelta(months=MOIS_D_UN_AGENT)
    finis = Agent.objects.exclude(courriel="").filter(Q(retire_le__lt=limite) | Q(expire_le__lt=limite))
    # One that was only over is removed by the same move: what has no address gives no right.
    return finis.update(courriel="", retire_le=Least(F("expire_le"), F("retire_le")))


def oublier_les_listes() -> int:
    """Erase the content of the lists that ended some days ago, or that their agent never confirmed; then the lists
    themselves. How many."""
    maintenant = timezone.now()
    attendues = Liste.objects.filter(
        etat=Liste.Etat.A_CONFIRMER, envoyee_le__lt=maintenant - relativedelta(days=JOURS_D_ATTENTE)
    )
    laissees = attendues.update(
        etat=Liste.Etat.INTERROMPUE,
        finie_le=maintenant,
        message="Les colonnes n'ont pas été confirmées à temps.",
    )
    perimees = Liste.objects.filter(effacee_le__isnull=True).filter(
        Q(finie_le__lt=maintenant - relativedelta(days=JOURS_DU_CONTENU)) | Q(finie_le=maintenant)
    )
    numeros = list(perimees.values_list("pk", flat=True))
    LigneDeListe.objects.filter(liste__in=numeros).delete()
    Liste.objects.filter(pk__in=numeros).update(effacee_le=maintenant, titres=None, contenu=None)
    anciennes = Liste.objects.filter(finie_le__lt=maintenant - relativedelta(months=MOIS_D_UNE_LISTE))
    return laissees + len(numeros) + anciennes.delete()[0]
