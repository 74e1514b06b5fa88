"""Declared maintenance: the one gate of the API, which answers 503 meanwhile (contract §3).

Two ways of declaring one: `MAINTENANCE_JUSQUA`, for who runs the service and cannot reach its pages; a window declared
ahead on the page « Annonces ».
"""

from datetime import datetime
from functools import lru_cache
from math import ceil

from django.conf import settings
from django.utils import timezone

from statut_etudiant.annonces import maintenances


@lru_cache(maxsize=8)
def _instant(texte: str) -> datetime:
    instant = datetime.fromisoformat(texte)
    return instant if instant.tzinfo else timezone.make_aware(instant)


def attente() -> int | None:
    """Seconds until the end of the declared maintenance; None when there is none."""
    fenetre = maintenances.en_cours()
    fins = [fenetre.fin] if fenetre else []
    if settings.MAINTENANCE_JUSQUA:
        fins.append(_instant(settings.MAINTENANCE_JUSQUA))
    if not fins:
        return None
    reste = (max(fins) - timezone.now()).total_seconds()
    return ceil(reste) if reste > 0 else None
