"""The means of the reading loop: calls that wait together travel together (ADR 0014).

A counter (`guichet`) has one connection. Whoever comes while it is free is served at once, alone; those who come
meanwhile wait for it and are served next, all by one statement. So there is no timer, and the busier the service, the
less each call costs.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Generic, TypeVar

import psycopg
from django.db import connections

from statut_etudiant.api.enonces import ECHANGES, ENTREES, Echange, Enonce, Entree, Sortie
from statut_etudiant.api.enonces_delegation import ENTREES_DELEGUEES, EntreeDeleguee
from statut_etudiant.api.enonces_franceconnect import ENTREES_FRANCECONNECT, EntreeFranceConnect
from statut_etudiant.api.liaison import Liaison, Lignes
from statut_etudiant.api.moyens import Sature
from statut_etudiant.franceconnect.protocole import Introspection
from statut_etudiant.franceconnect.reglages import reglages_exiges
from statut_etudiant.franceconnect.verification import Verificateur

A = TypeVar("A")
R = TypeVar("R")
T = TypeVar("T")

#: Calls that one statement serves at most: beyond, the first would wait for the last for nothing.
LOT_MAXIMAL = 64


class Guichet(Generic[A, R]):
    """`comptoirs`: connections. While one waits for the disk, the next serves those who came meanwhile."""

    def __init__(self, enonce: Enonce[A, R], *, comptoirs: int = 1, lot_maximal: int = LOT_MAXIMAL) -> None:
        self._enonce = enonce
        self._lot_maximal = lot_maximal
        self._libres = [Liaison() for _ in range(comptoirs)]
        self._liaisons = tuple(self._libres)
        self._file: deque[tuple[A, asyncio.Future[R]]] = deque()
        self._services: set[asyncio.Task[None]] = set()

    def servir(self, appel: A) -> asyncio.Future[R]:
        """What the statement gives for this call. Raises psycopg.Error."""
        boucle = asyncio.get_running_loop()
        reponse: asyncio.Future[R] = boucle.create_future()
        self._file.append((appel, reponse))
        if self._libres:
            service = boucle.create_task(self._vider_la_file(self._libres.pop()))
            self._services.add(service)
            service.add_done_callback(self._services.discard)
        return reponse

    def fermer(self) -> None:
        for liaison in self._liaisons:
            liaison.fermer()

    async def _vider_la_file(self, liaison: Liaison) -> None:
        try:
            while self._file:
                lot = [self._file.popleft() for _ in range(min(len(self._file), self._lot_maximal))]
                # Whoever has gone meanwhile waits for nothing.
                await self._servir_lot(liaison, [attente for attente in lot if not attente[1].done()])
        finally:
            self._libres.append(liaison)

    async def _servir_lot(self, liaison: Liaison, lot: list[tuple[A, asyncio.Future[R]]]) -> None:
        if not lot:
            return
        try:
            lignes = await self._executer(liaison, [appel for appel, _ in lot])
            resultats = self._enonce.repartir(lignes, len(lot))
        except Exception as erreur:  # noqa: BLE001 (given to each that waits)
            # Nothing was done (a statement is all or nothing): each alone, so that one harms only itself. Unless the
            # connection died: what was asked may have been done, and the next call would find PostgreSQL as dead.
            if len(lot) > 1 and liaison.ouverte:
                for attente in lot:
                    await self._servir_lot(liaison, [attente])
                return
            for _, reponse in lot:
                if not reponse.done():
                    reponse.set_exception(erreur)
        except BaseException:
            for _, reponse in lot:
                reponse.cancel()
            raise
        else:
            for (_, reponse), resultat in zip(lot, resultats, strict=True):
                if not reponse.done():
                    reponse.set_result(resultat)

    async def _executer(self, liaison: Liaison, appels: list[A]) -> Lignes:
        parametres: list[object] = [self._enonce.ecrire(appels)]
        etait_ouverte = liaison.ouverte
        try:
            return await liaison.executer(self._enonce.sql, parametres)
        except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction):
            if not (etait_ouverte and self._enonce.rejouable) or liaison.ouverte:
                raise
            # PostgreSQL may only have been restarted, or another become the primary, since the last call.
            return await liaison.executer(self._enonce.sql, parametres)


class Atelier:
    """Threads for what blocks; so many may wait for one, no more."""

    def __init__(self, nom: str, *, fils: int, attente: int) -> None:
        self._fils = ThreadPoolExecutor(fils, thread_name_prefix=nom)
        self._places = fils + attente

    async def faire(self, fonction: Callable[..., T], *arguments: Any) -> T:
        """Raises Sature."""
        if not self._places:
            raise Sature
        self._places -= 1
        try:
            contexte = contextvars.copy_context()
            return await asyncio.get_running_loop().run_in_executor(
                self._fils, partial(contexte.run, _sans_laisser_de_connexion, fonction, *arguments)
            )
        finally:
            self._places += 1

    def fermer(self) -> None:
        self._fils.shutdown(wait=False, cancel_futures=True)


def _sans_laisser_de_connexion(fonction: Callable[..., T], *arguments: Any) -> T:
    # Most of this work asks nothing of the database: threads that keep a connection each would be many for little.
    try:
        return fonction(*arguments)
    finally:
        connections.close_all()


class Guichets:
    """The means of one loop (`moyens.Moyens`)."""

    def __init__(self) -> None:
        self._entrees = Guichet(ENTREES)
        self._echanges = Guichet(ECHANGES, comptoirs=2)
        self._delegations = Guichet(ENTREES_DELEGUEES)
        self._franceconnect = Guichet(ENTREES_FRANCECONNECT)
        # A call that brings a token too locks two quotas: one at a time, so that no two wait for each other.
        self._franceconnect_et_jeton = Guichet(ENTREES_FRANCECONNECT, lot_maximal=1)
        self._verificateur: Verificateur | None = None
        self._a_cote = Atelier("a-cote", fils=2, attente=100)
        self._dehors = Atelier("dehors", fils=32, attente=32)
        # One: a proof costs some thirty milliseconds of processor (ADR 0024), and a token may ask for twenty a second.
        self._a_part = Atelier("a-part", fils=1, attente=50)

    async def ouvrir(self, entree: Entree) -> Sortie:
        return await self._entrees.servir(entree)

    async def ouvrir_franceconnect(self, entree: EntreeFranceConnect) -> Sortie:
        guichet = self._franceconnect_et_jeton if entree.empreintes else self._franceconnect
        return await guichet.servir(entree)

    async def ouvrir_delegation(self, entree: EntreeDeleguee) -> Sortie:
        return await self._delegations.servir(entree)

    async def verifier_franceconnect(self, jeton: str) -> Introspection:
        reglages = reglages_exiges()
        if self._verificateur is None:
            self._verificateur = Verificateur(reglages)
        return await self._verificateur.verifier(jeton)

    async def journaliser(self, echange: Echange) -> None:
        await self._echanges.servir(echange)

    async def a_cote(self, fonction: Callable[..., T], *arguments: Any) -> T:
        return await self._a_cote.faire(fonction, *arguments)

    async def dehors(self, fonction: Callable[..., T], *arguments: Any) -> T:
        return await self._dehors.faire(fonction, *arguments)

    async def a_part(self, fonction: Callable[..., T], *arguments: Any) -> T:
        return await self._a_part.faire(fonction, *arguments)

    def fermer(self) -> None:
        franceconnect = (self._franceconnect, self._franceconnect_et_jeton)
        ateliers = (self._a_cote, self._dehors, self._a_part)
        for moyen in (self._entrees, self._delegations, *franceconnect, self._echanges, *ateliers):
            moyen.fermer()
