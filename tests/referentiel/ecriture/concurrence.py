"""Writers at the same instant, each on a connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.proprietaire import en_proprietaire


def en_meme_temps(*actes):
    """Each act in a thread and on a connection of its own, all at once; their results, in order."""
    depart = threading.Barrier(len(actes))

    def faire(acte):
        try:
            connection.ensure_connection()
            depart.wait(timeout=30)
            return acte()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actes)) as fils:
        return list(fils.map(faire, actes))


def attendre_qu_une_session_attende():
    """Until a session of this database waits for a lock."""
    for _ in range(500):
        with en_proprietaire() as curseur:
            curseur.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if curseur.fetchone()[0]:
                return
        threading.Event().wait(0.01)
    pytest.fail("aucune session n'attend")


def ine(numero):
    return f"{numero:010}{'ABCDEFGHJKLMNPRSTUVWXYZ'[numero % 23]}"
