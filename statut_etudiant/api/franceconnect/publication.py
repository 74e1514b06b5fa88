"""`GET /api/france_connect_jwks`: our public keys, which FranceConnect fetches at each check, without cache.

If it cannot, the service that waits gets an error: the answer is a string kept ready, served by the reading loop
itself, whatever the pages and the database do.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from statut_etudiant.api.appel import Appel
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.reponse import JSON, Reponse
from statut_etudiant.api.vues import PUBLIC, PorteDeLecture
from statut_etudiant.franceconnect import cles
from statut_etudiant.trousseaux import VIDE, ClesIllisibles, Fichier


@lru_cache(maxsize=4)
def _fichier(chemin: str) -> Fichier:
    return cles.ouvrir(Path(chemin))


async def publier(appel: Appel, moyens: Moyens) -> Reponse:
    chemin = settings.FRANCECONNECT_CLES
    try:
        document = _fichier(chemin).trousseau().publiees if chemin else VIDE.publiees
    except ClesIllisibles:
        document = VIDE.publiees
    return Reponse(200, {"Content-Type": JSON, "Cache-Control": "no-store"}, document)


class ClesPubliques(PorteDeLecture):
    """Les clés publiques avec lesquelles FranceConnect chiffre ses réponses."""

    acces = PUBLIC
    servir = publier
