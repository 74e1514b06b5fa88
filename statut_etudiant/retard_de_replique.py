"""How far behind the primary the replica of the searches is, in seconds of the primary's own clock.

The scheduler, the workers and the trials of writing leave signs on the primary every few seconds. How old is the last
sign that the replica knows, beside the last that the primary knows: no clock of another machine is read, and a replica
that lost its primary long ago cannot seem well, as it can with `pg_last_xact_replay_timestamp()`.
"""

import math
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from referentiel.enonces_prepares import parametres_de_connexion

#: Seconds given to the replica for opening a connection, and for its answer.
DELAI = 2

_DERNIER_SIGNE = "SELECT max(vu_le) FROM disponibilite_signedevie WHERE nom IN ('beat', 'tache', 'ecriture')"
#: Nothing where the server is no standby, or none any more: it no longer follows the primary.
_CONNU = f"{_DERNIER_SIGNE} HAVING pg_is_in_recovery()"


def secondes() -> float | None:
    """The lag; infinite when the replica is away or no longer follows; None without a replica. Raises DatabaseError.

    Exact to the pace of the signs: five seconds at worst, since the scheduler never stays silent for longer.
    """
    if settings.DATABASE_REPLIQUE is None:
        return None
    with connection.cursor() as curseur:
        curseur.execute(_DERNIER_SIGNE)
        ecrit = curseur.fetchone()[0]
    # Asked for second: what is written meanwhile can only make the replica seem ahead.
    try:
        connu = _connu(settings.DATABASE_REPLIQUE)
    except psycopg.Error:
        return math.inf
    if ecrit is None or connu is None:
        return math.inf
    return max(0.0, (ecrit - connu).total_seconds())


def _connu(autre: dict[str, Any]) -> Any:
    parametres = parametres_de_connexion(autre) | {"connect_timeout": DELAI}
    # A pooler keeps the settings of whoever came before: the delay is said in the transaction.
    with psycopg.connect(**parametres, prepare_threshold=None) as liaison:
        liaison.execute(f"SET LOCAL statement_timeout = '{DELAI}s'")
        ligne = liaison.execute(_CONNU).fetchone()
        return ligne[0] if ligne else None
