"""What the scheduler sends, a worker must know: an unknown task is dropped without a word to anybody."""

import pytest
from django.conf import settings

from statut_etudiant.celery import app


@pytest.mark.parametrize("entree", settings.CELERY_BEAT_SCHEDULE)
def test_every_scheduled_task_exists(entree: str) -> None:
    app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[entree]["task"] in app.tasks
