"""What is kept of each call: one line of the log, and the sums that `/metrics` shows for the whole service.

The line names the route and never the address, which holds INEs; the token by its public identifier, and nothing of
whom was asked about. `ECHANTILLON_APPELS` logs a share of the calls only; those that failed by our doing are always
logged.
"""

import logging
import random
from bisect import bisect_left
from contextvars import ContextVar
from time import perf_counter
from uuid import UUID

from django.conf import settings
from django.db import connection

from statut_etudiant import traces
from statut_etudiant.differe import Cumul

journal = logging.getLogger(__name__)

#: The token of the call being served, by its public identifier.
jeton_courant: ContextVar[UUID | None] = ContextVar("jeton_courant", default=None)

#: The route of an address that leads nowhere.
AUCUNE = "-"
#: Sides of the site.
LECTURE, API, SITE = "lecture", "api", "site"
#: Milliseconds. The bounds that `/metrics` sorts durations by.
BORNES = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
#: Asked every few seconds by machines: a line each would hide the others.
_SANS_LIGNE = ("/static/", "/sante/", "/metrics")

_AJOUTER = """
INSERT INTO disponibilite_reponse AS r (famille, statut, borne, nombre, millisecondes)
SELECT famille, statut, borne, sum(nombre), sum(millisecondes)
FROM unnest(%s::text[], %s::int[], %s::int[], %s::bigint[], %s::bigint[])
    AS x(famille, statut, borne, nombre, millisecondes)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (famille, statut, borne) DO UPDATE
SET nombre = r.nombre + excluded.nombre, millisecondes = r.millisecondes + excluded.millisecondes
"""

Cle = tuple[str, int, int, bool]  # side, status, bound, whether milliseconds are summed or answers


class Reponses(Cumul[Cle]):
    nom = "reponses"

    def compter(self, famille: str, statut: int, ms: int) -> None:
        rang = bisect_left(BORNES, ms)
        borne = BORNES[rang] if rang < len(BORNES) else 0
        self.ajouter({(famille, statut, borne, False): 1, (famille, statut, borne, True): ms})

    def enregistrer(self, sommes: dict[Cle, int]) -> None:
        cles = [cle for cle in sommes if not cle[3]]
        colonnes = (
            [famille for famille, _, _, _ in cles],
            [statut for _, statut, _, _ in cles],
            [borne for _, _, borne, _ in cles],
            [sommes[cle] for cle in cles],
            [sommes.get((*cle[:3], True), 0) for cle in cles],
        )
        with connection.cursor() as curseur:
            curseur.execute(_AJOUTER, list(colonnes))


reponses = Reponses()


def commencer() -> float:
    """Call when a call comes in; give what it returns to `servi`."""
    jeton_courant.set(None)
    return perf_counter()


def servi(debut: float, *, famille: str, methode: str, route: str, chemin: str, statut: int) -> None:
    """A call has been answered. `route`: the pattern of the address, `AUCUNE` when none matched."""
    route = route or "/"
    duree = perf_counter() - debut
    ms = round(duree * 1000)
    reponses.compter(famille, statut, ms)
    traces.appel(duree, methode=methode, route=route, statut=statut)
    if chemin.startswith(_SANS_LIGNE) or not journal.isEnabledFor(logging.INFO):
        return
    part = settings.ECHANTILLON_APPELS
    if statut < 500 and part < 1 and random.random() >= part:  # noqa: S311 (a sample)
        return
    faits: dict[str, str | int] = {"methode": methode, "route": route, "statut": statut, "ms": ms}
    if (jeton := jeton_courant.get()) is not None:
        faits["jeton"] = str(jeton)
    # Made by hand: looking for the caller's own line would cost more than all the rest.
    ligne = logging.LogRecord(journal.name, logging.INFO, "", 0, "appel", None, None)
    ligne.faits = faits
    journal.handle(ligne)
