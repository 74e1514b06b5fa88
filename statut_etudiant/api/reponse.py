"""JSON answers of the API, with the headers that the contract puts on them (§5)."""

from typing import Any, NamedTuple

import orjson
from django.http import HttpResponse

from habilitations.jetons.ouverture import Ouverture
from statut_etudiant.api.comptage import comptage
from statut_etudiant.trafic import jeton_courant

JSON = "application/json; charset=utf-8"
JSON_API = "application/vnd.api+json; charset=utf-8"


class Reponse(NamedTuple):
    """What a door answers, before any server interface has its word."""

    statut: int
    entetes: dict[str, str]
    corps: bytes

    def en_django(self) -> HttpResponse:
        return HttpResponse(self.corps, status=self.statut, headers=self.entetes)


def preparer(
    statut: int,
    corps: Any,
    *,
    ouverture: Ouverture | None = None,
    type_contenu: str = JSON,
    retry_after: int | None = None,
) -> Reponse:
    """An answer that no cache keeps. The quota's headers are for token holders only."""
    entetes = {"Content-Type": type_contenu, "Cache-Control": "no-store"}
    if ouverture is not None and ouverture.limite is not None:
        if ouverture.jeton_id is not None:
            comptage.compter(ouverture.jeton_id, statut)
            jeton_courant.set(ouverture.cle)
        entetes["RateLimit-Limit"] = str(ouverture.limite)
        entetes["RateLimit-Remaining"] = str(ouverture.restant)
        entetes["RateLimit-Reset"] = str(ouverture.retour)
        if statut == 429 and retry_after is None:
            retry_after = ouverture.attente
    if retry_after is not None:
        entetes["Retry-After"] = str(retry_after)
    return Reponse(statut, entetes, orjson.dumps(corps))


def repondre(statut: int, corps: Any, **options: Any) -> HttpResponse:
    """The same, for the views that Django serves."""
    return preparer(statut, corps, **options).en_django()
