from celery import shared_task
from django.utils import timezone

from statut_etudiant.annonces import entretien


@shared_task
def entretenir() -> int:
    """Daily."""
    return entretien.oublier(maintenant=timezone.now())
