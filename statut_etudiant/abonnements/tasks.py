from celery import shared_task
from django.utils import timezone

from statut_etudiant.abonnements import annonce, registre


@shared_task
def annoncer() -> int:
    """Every working morning: what a new version of the product brought."""
    return annonce.annoncer()


@shared_task
def oublier() -> int:
    """Daily."""
    return registre.oublier(maintenant=timezone.now())
