"""The citizens' pages' work in the background. Each task finds what to do in the database."""

from celery import shared_task

from statut_etudiant.citoyens import echeances


@shared_task
def annoncer_les_premiers_acces() -> int:
    return echeances.annoncer_les_premiers_acces()


@shared_task
def entretenir() -> int:
    """Daily: reminders, then what is old enough to be forgotten."""
    return echeances.rappeler() + echeances.oublier()
