"""How long certificates are known: a year after their end, so that who checks an old paper is told that it is over."""

from datetime import timedelta

from django.utils import timezone

from referentiel.models import Etudiant, IneRemplace
from statut_etudiant.certificats.models import Certificat, PlaceRetiree

APRES_LA_FIN = timedelta(days=365)


def oublier() -> int:
    """Delete what ended a year ago, and what was made by students whom the register has erased; how many."""
    PlaceRetiree.objects.filter(jusqu_au__lt=timezone.localdate()).delete()
    perimes = Certificat.objects.filter(valable_jusqu_au__lt=timezone.localdate() - APRES_LA_FIN).delete()[0]
    connus = Etudiant.objects.values("pk")
    fondus = IneRemplace.objects.values("ancien_etudiant_id")
    sans_personne = Certificat.objects.exclude(etudiant_id__in=connus).exclude(etudiant_id__in=fondus)
    return perimes + sans_personne.delete()[0]
