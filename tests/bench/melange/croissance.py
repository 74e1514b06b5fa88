"""What must not grow while the same people do the same things: memory, descriptors, connections, the quota's table."""

from contextlib import suppress
from typing import NamedTuple

import psutil

from tests.bench.base import Base

_BASE = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
    pg_total_relation_size('habilitations_quota'), pg_total_relation_size('django_session'),
    (SELECT coalesce(sum(numbackends), 0) FROM pg_stat_database)
"""


class Point(NamedTuple):
    memoire: float  # MiB that no other process shares, of the web processes and the worker
    descripteurs: int
    connexions: int
    quota: float  # KiB
    sessions: float


NOMS = {
    "memoire": "mémoire du web et du worker (Mio)",
    "descripteurs": "descripteurs ouverts",
    "connexions": "connexions à PostgreSQL",
    "quota": "table des quotas (Kio)",
    "sessions": "table des sessions (Kio)",
}


def relever(base: Base, *racines: int) -> Point:
    memoire, descripteurs = 0.0, 0
    for racine in racines:
        for processus in (psutil.Process(racine), *psutil.Process(racine).children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                memoire += processus.memory_full_info().uss / 2**20
                descripteurs += processus.num_fds()
    with base.connecter() as connexion:
        connexions, quota, sessions, _ = connexion.execute(_BASE).fetchone()
    return Point(memoire, descripteurs, connexions - 1, quota / 1024, sessions / 1024)
