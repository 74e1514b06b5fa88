"""A counter: calls that wait together travel together (ADR 0014).

It has one connection, or a few. Whoever comes while one is free is served at once, alone; those who come meanwhile wait
for it and are served next, all by one statement. So there is no timer, and the busier the service, the less each call
costs.
"""

import asyncio
from collections import deque
from typing import Generic, TypeVar

import psycopg

from statut_etudiant.api.enonces import Enonce
from statut_etudiant.api.liaison import PRIMAIRE, Acces, Liaison, Lignes

A = TypeVar("A")
R = TypeVar("R")

#: Calls that one statement serves at most: beyond, the first would wait for the last for nothing.
LOT_MAXIMAL = 64


class Guichet(Generic[A, R]):
    """`comptoirs`: connections. While one waits for the disk, the next serves those who came meanwhile."""

    def __init__(
        self,
        enonce: Enonce[A, R],
        *,
        comptoirs: int = 1,
        lot_maximal: int = LOT_MAXIMAL,
        acces: Acces = PRIMAIRE,
    ) -> None:
        self._enonce = enonce
        self._lot_maximal = lot_maximal
        self._libres = [Liaison(acces) for _ in range(comptoirs)]
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
