"""Declared maintenance: until the instant of `MAINTENANCE_JUSQUA`, the reading API answers 503 (contract §3)."""

from datetime import datetime
from functools import lru_cache
from math import ceil

from django.conf import settings
from django.utils import timezone


@lru_cache(maxsize=8)
def _instant(texte: str) -> datetime:
    instant = datetime.fromisoformat(texte)
    return instant if instant.tzinfo else timezone.make_aware(instant)


def attente() -> int | None:
    """Seconds until the end of the declared maintenance; None when there is none."""
    if not settings.MAINTENANCE_JUSQUA:
        return None
    reste = (_instant(settings.MAINTENANCE_JUSQUA) - timezone.now()).total_seconds()
    return ceil(reste) if reste > 0 else None
