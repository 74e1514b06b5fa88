"""Measuring the service from the worker: by its public address, through the proxy, as callers do."""

from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from statut_etudiant.disponibilite import certificat, registre, signes, sondes
from statut_etudiant.disponibilite.models import Etat


@shared_task
def sonder() -> None:
    """Every minute. What was found is handed over as a message: a database that is away cannot note that it is."""
    instant = timezone.now()
    trouves = [(mesure.sonde, mesure.etat.value) for mesure in sondes.mesurer()]
    enregistrer.delay(instant.isoformat(), trouves)


# Tried again for three hours: the minutes when the database was away are those that matter.
@shared_task(
    autoretry_for=(OperationalError, InterfaceError),
    max_retries=180,
    retry_backoff=5,
    retry_backoff_max=60,
)
def enregistrer(instant: str, trouves: list[tuple[str, str]]) -> None:
    registre.enregistrer(
        [sondes.Mesure(nom, Etat(etat)) for nom, etat in trouves], instant=datetime.fromisoformat(instant)
    )


@shared_task
def relever_le_certificat() -> None:
    """Hourly: until when the public address's certificate is good. Nothing is noted of an address that has none."""
    if (fin := certificat.fin(settings.SONDES_ADRESSE)) is not None:
        signes.noter(signes.CERTIFICAT, vu_le=fin)


@shared_task
def oublier() -> int:
    """Daily: measures older than what the page shows."""
    return registre.oublier(aujourdhui=timezone.localdate())
