"""`GET /api/france_connect_jwks`: our public keys, which FranceConnect fetches at each check, without cache.

If it cannot, the service that waits gets an error: the answer is a string kept ready, and asks nothing of the database.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from statut_etudiant.api.vues import PUBLIC, VueDirecte
from statut_etudiant.franceconnect.cles import VIDE, ClesIllisibles, Fichier


@lru_cache(maxsize=4)
def _fichier(chemin: str) -> Fichier:
    return Fichier(Path(chemin))


class ClesPubliques(VueDirecte):
    """Les clés publiques avec lesquelles FranceConnect chiffre ses réponses."""

    acces = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        chemin = settings.FRANCECONNECT_CLES
        try:
            document = _fichier(chemin).trousseau().publiees if chemin else VIDE.publiees
        except ClesIllisibles:
            document = VIDE.publiees
        return HttpResponse(document, content_type="application/json; charset=utf-8")
