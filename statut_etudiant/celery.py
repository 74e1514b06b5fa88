"""The Celery application: `celery -A statut_etudiant worker`, and `beat` for the scheduled work."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statut_etudiant.settings")

app = Celery("statut_etudiant")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _verifier_le_role(**_: Any) -> None:
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from statut_etudiant import roles

    if settings.PRODUCTION:
        try:
            roles.exiger()
        except ImproperlyConfigured as refus:
            sys.exit(str(refus))  # Celery goes on after any other exception of a signal
