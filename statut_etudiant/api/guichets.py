"""The means of the reading loop: a counter (`guichet`) for each statement, threads for what blocks."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections

from statut_etudiant.api.enonces import ECHANGES, ENTREES, Echange, Entree, Sortie
from statut_etudiant.api.enonces_delegation import ENTREES_DELEGUEES, EntreeDeleguee
from statut_etudiant.api.enonces_franceconnect import ENTREES_FRANCECONNECT, EntreeFranceConnect
from statut_etudiant.api.guichet import Guichet
from statut_etudiant.api.moyens import Sature
from statut_etudiant.api.replique import Replique
from statut_etudiant.franceconnect.protocole import Introspection
from statut_etudiant.franceconnect.reglages import reglages_exiges
from statut_etudiant.franceconnect.verification import Verificateur

T = TypeVar("T")


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
        self._replique = Replique() if settings.DATABASE_REPLIQUE else None
        self._verificateur: Verificateur | None = None
        self._a_cote = Atelier("a-cote", fils=2, attente=100)
        self._dehors = Atelier("dehors", fils=32, attente=32)
        # One: a proof costs some thirty milliseconds of processor (ADR 0024), and a token may ask for twenty a second.
        self._a_part = Atelier("a-part", fils=1, attente=50)

    async def ouvrir(self, entree: Entree) -> Sortie:
        if (replique := self._qui_cherche(entree.voie)) is None:
            return await self._entrees.servir(entree)
        sortie = await self._entrees.servir(entree._replace(voie=None, criteres=()))
        return await replique.completer(sortie, entree.voie, entree.criteres, fictif=sortie.ouverture.fictif)

    async def ouvrir_franceconnect(self, entree: EntreeFranceConnect) -> Sortie:
        guichet = self._franceconnect_et_jeton if entree.empreintes else self._franceconnect
        voie = None if entree.criteres is None else "identite"
        if (replique := self._qui_cherche(voie)) is None:
            return await guichet.servir(entree)
        sortie = await guichet.servir(entree._replace(criteres=None))
        return await replique.completer(sortie, voie, entree.criteres, fictif=False)

    async def ouvrir_delegation(self, entree: EntreeDeleguee) -> Sortie:
        if (replique := self._qui_cherche(entree.voie)) is None:
            return await self._delegations.servir(entree)
        sortie = await self._delegations.servir(entree._replace(voie=None, criteres=()))
        return await replique.completer(sortie, entree.voie, entree.criteres, fictif=False)

    def _qui_cherche(self, voie: str | None) -> Replique | None:
        """The replica, when there is somebody to look for and it may; else the opening's own statement does."""
        return self._replique if voie and self._replique is not None and self._replique.a_jour() else None

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
        if self._replique is not None:
            self._replique.fermer()
