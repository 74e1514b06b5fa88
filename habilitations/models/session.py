from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now


class SessionOuverte(AbstractBaseSession):
    """A browser's session. It knows whose it is, so that a person sees theirs, and closes one without the others."""

    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions_ouvertes"
    )
    creee_le = models.DateTimeField("créée le", db_default=Now())

    class Meta:
        verbose_name = "session"

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore
