"""The process's verifier, on a loop and a thread of its own: what waits for FranceConnect holds nothing else.

Made at the first call of each process (after the server's forks), made anew when the settings change.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from statut_etudiant.franceconnect.echecs import Injoignable
from statut_etudiant.franceconnect.protocole import Introspection
from statut_etudiant.franceconnect.reglages import Reglages, fournisseur_de_donnees
from statut_etudiant.franceconnect.verification import Verificateur

T = TypeVar("T")

#: Seconds to wait while FranceConnect is not set.
NON_CONFIGURE = 60


class _Boucle:
    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._boucle: asyncio.AbstractEventLoop | None = None
        self._verificateur: Verificateur | None = None

    def lancer(self, jeton: str) -> "Future[Introspection]":
        """Raises Injoignable when FranceConnect is not set."""
        reglages = fournisseur_de_donnees()
        if reglages is None:
            raise Injoignable("non configuré", retenter=NON_CONFIGURE)
        with self._verrou:
            boucle, verificateur = self._pret(reglages)
        return asyncio.run_coroutine_threadsafe(verificateur.verifier(jeton), boucle)

    def oublier(self) -> None:
        """Forget all that was learnt: the next call starts afresh."""
        with self._verrou:
            if self._boucle is not None and self._verificateur is not None:
                self._executer(self._verificateur.fermer())
            self._verificateur = None

    def _pret(self, reglages: Reglages) -> tuple[asyncio.AbstractEventLoop, Verificateur]:
        if self._boucle is None:
            self._boucle = asyncio.new_event_loop()
            threading.Thread(target=self._boucle.run_forever, daemon=True, name="franceconnect").start()
        if self._verificateur is None or self._verificateur.reglages != reglages:
            self._verificateur = self._executer(_fabriquer(reglages))
        return self._boucle, self._verificateur

    def _executer(self, coroutine: Coroutine[Any, Any, T]) -> T:
        assert self._boucle is not None  # noqa: S101 - its callers have it
        return asyncio.run_coroutine_threadsafe(coroutine, self._boucle).result()


async def _fabriquer(reglages: Reglages) -> Verificateur:
    return Verificateur(reglages)


_boucle = _Boucle()
oublier = _boucle.oublier


def verifier(jeton: str) -> Introspection:
    """What this access token is worth; the calling thread waits. Raises one of `echecs`."""
    return _boucle.lancer(jeton).result()


async def verifier_async(jeton: str) -> Introspection:
    """The same, for a caller that runs on another loop."""
    return await asyncio.wrap_future(_boucle.lancer(jeton))
