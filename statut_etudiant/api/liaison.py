"""A connection to PostgreSQL for the loop of the reading doors.

As in `enonces_prepares`, statements are prepared once (but behind a pooler, which may give each to another connection)
and run by libpq's own calls; but nothing waits: the loop is told when the answer is there. It also hears of a
connection that dies while nobody uses it, which the next call opens again.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, Escaping
from psycopg.pq.abc import PGresult

from referentiel.enonces_prepares import (
    PERIMEES,
    ConnexionPerdue,
    lire,
    numeroter,
    octets,
    parametres_de_connexion,
    reussi,
)

#: Seconds after which PostgreSQL gives a statement up, and after which we give PostgreSQL up.
DELAI_SERVEUR, DELAI = 10, 12
DELAI_CONNEXION = 5
#: The same for a replica, whose calls then turn to the primary.
DELAI_SERVEUR_REPLIQUE, DELAI_REPLIQUE, DELAI_CONNEXION_REPLIQUE = 2, 3, 2

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
    "timezone": "UTC",
}

Lignes = list[tuple[Any, ...]]


class Acces(NamedTuple):
    """Where to connect, and what is waited for there, in seconds."""

    #: The settings of `DATABASES["default"]` that differ; None: none does.
    autre: Callable[[], dict[str, Any] | None]
    delai_serveur: int
    delai: float
    delai_connexion: int

    def reglages(self) -> dict[str, str]:
        return {**_REGLAGES, "statement_timeout": f"{self.delai_serveur}s"}

    def parametres(self) -> dict[str, Any]:
        """Where Django would connect, with these delays."""
        voulus = parametres_de_connexion(self.autre())
        parametres = {"connect_timeout": self.delai_connexion, **voulus}
        if not settings.DATABASE_POOLER:
            # Asked for with the connection, and not by SET: nothing to say again when it is opened again.
            reglages = [f"-c {nom}={valeur}" for nom, valeur in self.reglages().items()]
            parametres["options"] = " ".join([str(voulus.get("options") or ""), *reglages]).strip()
        return parametres


PRIMAIRE = Acces(lambda: None, DELAI_SERVEUR, DELAI, DELAI_CONNEXION)
REPLIQUE = Acces(
    lambda: settings.DATABASE_REPLIQUE, DELAI_SERVEUR_REPLIQUE, DELAI_REPLIQUE, DELAI_CONNEXION_REPLIQUE
)


class Liaison:
    """One statement at a time. Every error is a psycopg.Error."""

    def __init__(self, acces: Acces = PRIMAIRE) -> None:
        self._acces = acces
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
        if settings.DATABASE_POOLER:
            return lire(
                self._adaptation, await self._demander(lambda pg: pg.send_query(self._en_clair(sql, valeurs)))
            )
        nom = self._noms.get(sql)
        if nom is None:
            nom = b"lecture_%d" % len(self._noms)
            await self._demander(lambda pg: pg.send_prepare(nom, numeroter(sql)))
            self._noms[sql] = nom
        return lire(self._adaptation, await self._demander(lambda pg: pg.send_query_prepared(nom, valeurs)))

    def _en_clair(self, sql: str, valeurs: list[bytes | None]) -> bytes:
        """One message, hence one transaction, with its settings: a pooler gives each to any free connection."""
        echappement = Escaping(self._pg)
        suite = iter(valeurs)

        def ecrire(_: object) -> str:
            valeur = next(suite)
            return "NULL" if valeur is None else bytes(echappement.escape_literal(valeur)).decode()

        reglages = ", ".join(
            f"set_config('{nom}', '{valeur}', true)" for nom, valeur in self._acces.reglages().items()
        )
        return f"SELECT {reglages}; {re.sub('%s', ecrire, sql)}".encode()

    async def _ouvrir(self) -> None:
        connexion = await psycopg.AsyncConnection.connect(**self._acces.parametres(), autocommit=True)
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
        garde = self._boucle.call_later(self._acces.delai, self.fermer)
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
