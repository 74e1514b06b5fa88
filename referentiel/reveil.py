"""Waking a worker up. The work is in the database, where a sweep finds it anyway: a message only saves waiting.

So whoever sends one never waits for the broker: two tenths of a second at most, then nothing for a while, rather than
that for each act of each person.
"""

import logging
import time

from celery import current_app
from kombu.exceptions import OperationalError as CourtierInjoignable
from kombu.pools import producers

journal = logging.getLogger(__name__)

#: Seconds that one wake-up may cost.
DELAI = 0.2
#: Seconds during which a broker that did not answer is not asked again.
REPIT = 5.0
#: Celery's own options let a worker wait and try again, as it should.
_OPTIONS = {
    "socket_connect_timeout": DELAI,
    "socket_timeout": DELAI,
    "retry_on_timeout": False,
    "max_retries": 0,
}


class _Repit:
    jusqua = 0.0


def reveiller(tache: str) -> bool:
    """Ask a worker to do this task now; False when the broker is away."""
    if time.monotonic() < _Repit.jusqua:
        return False
    try:
        connexion = current_app.connection_for_write(connect_timeout=DELAI, transport_options=_OPTIONS)
        with producers[connexion].acquire(block=True, timeout=DELAI) as producteur:
            current_app.send_task(tache, retry=False, expires=60, producer=producteur)
    except (CourtierInjoignable, OSError):
        _Repit.jusqua = time.monotonic() + REPIT
        journal.warning("courtier injoignable : la tâche attend son passage", extra={"faits": {"nom": tache}})
        return False
    return True
