"""Waking the round of the webhooks when something that makes an event is committed. What is written without a signal
(a bulk update) goes with what is written beside it, or at the next scheduled round."""

from contextlib import suppress
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from kombu.exceptions import OperationalError as CourtierInjoignable

from habilitations.models import Delegation, Envoi, Evenement, Fait, Jeton


@receiver(post_save, sender=Delegation, dispatch_uid="integrateurs.delegation")
@receiver(post_save, sender=Evenement, dispatch_uid="integrateurs.evenement")
@receiver(post_save, sender=Jeton, dispatch_uid="integrateurs.jeton")
@receiver(post_save, sender=Fait, dispatch_uid="integrateurs.fait")
@receiver(post_save, sender=Envoi, dispatch_uid="integrateurs.envoi")
def prevenir(**_: Any) -> None:
    # One wake-up empties the outbox: the second event of a transaction needs none of its own.
    if not any(rappel is reveiller for _, rappel, *_ in connection.run_on_commit):
        transaction.on_commit(reveiller)


def reveiller() -> None:
    """When something waits, tell a worker; the scheduled round does it anyway."""
    if Envoi.objects.a_faire().exists():
        with suppress(CourtierInjoignable, OSError):
            current_app.send_task("habilitations.tasks.appeler_webhooks", retry=False, expires=60)
