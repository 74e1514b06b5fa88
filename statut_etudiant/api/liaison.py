"""A connection to PostgreSQL for the loop of the reading doors.

As in `postgres`, statements are prepared once and run by libpq's own calls; but nothing waits: the loop is told when
the answer is there. It also hears of a connection that dies while nobody uses it, which the next call opens again.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus
from psycopg.pq.abc import PGresult

from statut_etudiant.api.postgres import PERIMEES, ConnexionPerdue, lire, numeroter, octets, reussi

#: Seconds after which PostgreSQL gives a statement up, and after which we give PostgreSQL up.
DELAI_SERVEUR, DELAI = 10, 12
DELAI_CONNEXION = 5

#: The two statements read by index and nothing else. Without statistics (a first load that nobody analysed yet),
#: PostgreSQL would rather read whole tables; a memoized function would not count each call.
_REGLAGES = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_memoize": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "statement_timeout": f"{DELAI_SERVEUR}s",
    "timezone": "UTC",
}

Lignes = list[tuple[Any, ...]]


def _adresse() -> dict[str, Any]:
    """Where Django connects, without what only its own cursors understand."""
    parametres = connections[DEFAULT_DB_ALIAS].get_connection_params()
    propres = {"cursor_factory", "context", "prepare_threshold", "server_side_binding"}
    voulus = {nom: valeur for nom, valeur in parametres.items() if nom not in propres}
    # Asked for with the connection, and not by SET: a pooler would hand them on to whoever comes next.
    reglages = [f"-c {nom}={valeur}" for nom, valeur in _REGLAGES.items()]
    options = " ".join([str(voulus.get("options") or ""), *reglages]).strip()
    return {"connect_timeout": DELAI_CONNEXION, **voulus, "options": options}


class Liaison:
    """One statement at a time. Every error is a psycopg.Error."""

    def __init__(self) -> None:
        self._connexion: psycopg.AsyncConnection[Any] | None = None
        self._noms: dict[str, bytes] = {}
        self._attente: asyncio.Future[PGresult] | None = None
        self._resultat: PGresult | None = None

    @property
    def ouverte(self) -> bool:
        return self._connexion is not None

    async def executer(self, sql: str, parametres: list[object]) -> Lignes:
        """Run the statement; its rows. Opens the connection when there is none."""
        valeurs = octets(parametres)
        try:
            return await self._executer(sql, valeurs)
        except PERIMEES:
            self._noms.pop(sql, None)
            return await self._executer(sql, valeurs)

    async def _executer(self, sql: str, valeurs: list[bytes | None]) -> Lignes:
        if self._connexion is None:
            await self._ouvrir()
        nom = self._noms.get(sql)
        if nom is None:
            nom = b"lecture_%d" % len(self._noms)
            await self._demander(lambda pg: pg.send_prepare(nom, numeroter(sql)))
            self._noms[sql] = nom
        return lire(self._adaptation, await self._demander(lambda pg: pg.send_query_prepared(nom, valeurs)))

    async def _ouvrir(self) -> None:
        connexion = await psycopg.AsyncConnection.connect(**_adresse(), autocommit=True)
        self._noms.clear()
        self._adaptation = Transformer(connexion)
        self._connexion = connexion
        self._pg = connexion.pgconn
        self._pg.nonblocking = 1
        self._boucle = asyncio.get_running_loop()
        self._prise = self._pg.socket
        self._boucle.add_reader(self._prise, self._lisible)

    def fermer(self) -> None:
        """Whoever waits for an answer will not have it."""
        if self._connexion is None:
            return
        self._boucle.remove_reader(self._prise)
        self._boucle.remove_writer(self._prise)
        self._connexion = None
        self._pg.finish()
        if self._attente is not None and not self._attente.done():
            self._attente.set_exception(ConnexionPerdue("connexion à PostgreSQL perdue"))

    async def _demander(self, envoyer: Callable[[Any], None]) -> PGresult:
        self._attente = self._boucle.create_future()
        # Not a statement's own failure: PostgreSQL or the network no longer answers at all.
        garde = self._boucle.call_later(DELAI, self.fermer)
        try:
            envoyer(self._pg)
            self._vider()
            return reussi(self._pg, await self._attente)
        except asyncio.CancelledError:
            self.fermer()  # its answer would be taken for the next statement's
            raise
        except psycopg.OperationalError as erreur:
            if isinstance(erreur, ConnexionPerdue) or self._pg.status == ConnStatus.BAD:
                self.fermer()
            raise
        except psycopg.errors.ReadOnlySqlTransaction:
            # A primary that became a standby keeps its connections: a new one reaches the new primary.
            self.fermer()
            raise
        finally:
            garde.cancel()
            self._attente = None

    def _vider(self) -> None:
        """Send what the socket takes; the rest when it takes more."""
        if self._pg.flush():
            self._boucle.add_writer(self._prise, self._ecrivable)

    def _ecrivable(self) -> None:
        try:
            if not self._pg.flush():
                self._boucle.remove_writer(self._prise)
        except psycopg.OperationalError:
            self.fermer()

    def _lisible(self) -> None:
        try:
            self._pg.consume_input()
            while not self._pg.is_busy():
                resultat = self._pg.get_result()
                if resultat is None:
                    break
                self._resultat = resultat
            else:
                return
        except psycopg.OperationalError:
            self.fermer()
            return
        if self._attente is not None:
            resultat, self._resultat = self._resultat, None
            if resultat is not None and not self._attente.done():
                self._attente.set_result(resultat)
        if self._pg.status == ConnStatus.BAD:
            self.fermer()
