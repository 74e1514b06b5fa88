"""A verifier for callers without a loop of their own (tests, `manage.py runserver`): on a loop in a thread beside.

The web server's reading loop has its own (`api.guichets`). Made at the first call, anew when the settings change.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from statut_etudiant.franceconnect.protocole import Introspection
from statut_etudiant.franceconnect.reglages import Reglages, reglages_exiges
from statut_etudiant.franceconnect.verification import Verificateur

T = TypeVar("T")


class _Boucle:
    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._boucle: asyncio.AbstractEventLoop | None = None
        self._verificateur: Verificateur | None = None

    def lancer(self, jeton: str) -> "Future[Introspection]":
        """Raises Injoignable when FranceConnect is not set."""
        reglages = reglages_exiges()
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
