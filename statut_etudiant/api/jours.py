"""Today in France, without asking the calendar at each call."""

from datetime import UTC, date, datetime
from functools import lru_cache

from django.utils import timezone

#: Seconds that all are of one day: French days begin on one of their multiples.
TRANCHE = 900


def tranche() -> int:
    return int(timezone.now().timestamp()) // TRANCHE


@lru_cache(maxsize=4)
def jour(tranche: int) -> date:
    return timezone.localdate(datetime.fromtimestamp(tranche * TRANCHE, UTC))


def aujourdhui() -> date:
    return jour(tranche())
