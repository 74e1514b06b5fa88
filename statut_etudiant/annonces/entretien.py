"""What is forgotten in time."""

from datetime import datetime

from dateutil.relativedelta import relativedelta

from statut_etudiant.annonces.models import Bandeau, Maintenance

MOIS_GARDES = 36


def oublier(*, maintenant: datetime) -> int:
    limite = maintenant - relativedelta(months=MOIS_GARDES)
    bandeaux, _ = Bandeau.objects.filter(fin__lt=limite).delete()
    maintenances, _ = Maintenance.objects.filter(fin__lt=limite).delete()
    return bandeaux + maintenances
