"""The Celery application: `celery -A statut_etudiant worker`, and `beat` for the scheduled work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statut_etudiant.settings")

app = Celery("statut_etudiant")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
