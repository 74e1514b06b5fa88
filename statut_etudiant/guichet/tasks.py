"""The desk's work in the background. Each task finds what to do in the database."""

from celery import shared_task

from statut_etudiant.guichet import conservation


@shared_task
def entretenir() -> int:
    """Daily: what is old enough is forgotten."""
    return conservation.oublier_les_agents()
