"""The searches on a streaming standby, while it is not too far behind; everything else stays on the primary (ADR 0033).

How far it is behind is measured by what was written and not by clocks: at most once a second, the primary is asked
where its log is, then the standby how far it has come. What was committed before an instant whose place it has passed
is there. A standby that stops, hangs or falls behind makes that instant old: nothing else has to notice it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

import psycopg
from django.conf import settings

from habilitations.jetons.ouverture import OUVERT
from referentiel.enonces_prepares import ConnexionPerdue
from statut_etudiant.api.enonces import RECHERCHES_SEULES, Recherche, Sortie
from statut_etudiant.api.guichet import Guichet
from statut_etudiant.api.liaison import REPLIQUE, Liaison

journal = logging.getLogger(__name__)

#: Seconds between two measures, when there are calls.
INTERVALLE = 1.0
_ICI = "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint"
#: Nothing where the server is no standby, or none any more: it no longer follows the primary.
_LA = "SELECT (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint WHERE pg_is_in_recovery()"


class Replique:
    """The standby, as one loop sees it."""

    def __init__(self) -> None:
        self._guichet = Guichet(RECHERCHES_SEULES, comptoirs=2, acces=REPLIQUE)
        self._secours = Guichet(RECHERCHES_SEULES)
        self._ici, self._la = Liaison(), Liaison(REPLIQUE)
        #: Instants of this loop, each with where the primary's log was.
        self._reperes: deque[tuple[float, int]] = deque(maxlen=120)
        #: All that was committed before this instant is on the standby.
        self._contient: float | None = None
        self._mesuree_a = 0.0
        self._mesure: asyncio.Task[None] | None = None
        self._sert = False

    def a_jour(self) -> bool:
        """Whether it may search. Measures it now and then, without waiting."""
        maintenant = asyncio.get_running_loop().time()
        if (self._mesure is None or self._mesure.done()) and maintenant - self._mesuree_a >= INTERVALLE:
            self._mesuree_a = maintenant
            self._mesure = asyncio.get_running_loop().create_task(self._mesurer())
        sert = self._contient is not None and maintenant - self._contient <= settings.REPLIQUE_RETARD_MAX
        if sert != self._sert:
            self._sert = sert
            journal.log(
                logging.INFO if sert else logging.WARNING,
                "la réplique sert les recherches"
                if sert
                else "réplique écartée : la base principale cherche",
            )
        return sert

    async def completer(
        self, sortie: Sortie, voie: str | None, criteres: Sequence[object] | None, *, fictif: bool
    ) -> Sortie:
        """An opening, with what its search finds; a call that is not open looks for nobody. Raises psycopg.Error."""
        if sortie.ouverture.etat != OUVERT or voie is None or criteres is None:
            return sortie
        recherche = Recherche(voie, criteres, fictif)
        try:
            trouves = await self._guichet.servir(recherche)
        except psycopg.OperationalError as erreur:
            # Away, or it has just cancelled a search that barred what it had to replay.
            if isinstance(erreur, ConnexionPerdue) or not isinstance(
                erreur, psycopg.errors.SerializationFailure
            ):
                self._contient = None
            trouves = await self._secours.servir(recherche)
        return sortie._replace(trouves=trouves)

    async def _mesurer(self) -> None:
        instant = asyncio.get_running_loop().time()
        try:
            ((ici,),) = await self._ici.executer(_ICI, [])
            self._reperes.append((instant, ici))
            reponse = await self._la.executer(_LA, [])
        except psycopg.Error:
            return
        passes = [quand for quand, place in self._reperes if reponse and place <= reponse[0][0]]
        if passes:
            self._contient = max(passes)

    def fermer(self) -> None:
        if self._mesure is not None:
            self._mesure.cancel()
        for moyen in (self._guichet, self._secours, self._ici, self._la):
            moyen.fermer()
