"""What the API's errors mean, on the pages of those who get them. `{% load erreurs %}`"""

from http import HTTPStatus
from typing import NamedTuple

from django import template

from habilitations.models import Jeton
from statut_etudiant.api.documentation.catalogue import causes
from statut_etudiant.api.situations import Situation

register = template.Library()

#: How each status is called here: what its reader looks for in their own logs is the number.
_LIBELLES = {
    HTTPStatus.BAD_REQUEST: "Requête refusée",
    HTTPStatus.UNAUTHORIZED: "Jeton refusé",
    HTTPStatus.FORBIDDEN: "Accès refusé",
    HTTPStatus.NOT_FOUND: "Non trouvé",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Paramètres à corriger",
    HTTPStatus.TOO_MANY_REQUESTS: "Quota dépassé",
}


class Refus(NamedTuple):
    statut: int
    libelle: str
    appels: int
    causes: tuple[Situation, ...]


@register.simple_tag
def expliquer_les_refus(jeton: Jeton, refus: list[tuple[int, int]]) -> list[Refus]:
    """Calls of a token that were refused, with the causes that the catalogue of errors gives to each status."""
    porteur = {"ecriture": bool(jeton.uais), "editeur": jeton.editeur_id is not None}
    return [Refus(statut, _libelle(statut), appels, causes(statut, **porteur)) for statut, appels in refus]


def _libelle(statut: int) -> str:
    return _LIBELLES.get(HTTPStatus(statut), "Service en panne" if statut >= 500 else "Appel refusé")
