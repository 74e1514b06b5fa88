"""Talking to FranceConnect over HTTP: one exchange, nothing followed, nothing kept, a body of bounded size."""

from collections.abc import Mapping
from typing import NamedTuple

import httpx

from statut_etudiant.franceconnect.echecs import DelaiDepasse, Injoignable, ReponseIncoherente
from statut_etudiant.franceconnect.protocole import REPONSE_MAXIMALE

#: Seconds after which a caller may try again when FranceConnect cannot be reached.
RETENTER = 10


class Reponse(NamedTuple):
    statut: int
    type_contenu: str
    corps: bytes


def client(*, connexions: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        follow_redirects=False,
        # The caller's deadline covers all of it; this only bounds a single wait.
        timeout=httpx.Timeout(10),
        limits=httpx.Limits(max_connections=connexions, max_keepalive_connections=connexions),
        headers={"User-Agent": "statut-etudiant", "Accept-Encoding": "identity"},
    )


async def echanger(
    http: httpx.AsyncClient, methode: str, url: str, *, formulaire: Mapping[str, str] | None = None
) -> Reponse:
    """One exchange. Raises DelaiDepasse, Injoignable or ReponseIncoherente (redirected, or too long)."""
    try:
        async with http.stream(methode, url, data=formulaire) as reponse:
            if reponse.is_redirect or 300 <= reponse.status_code < 400:
                raise ReponseIncoherente("redirection")
            annoncee = reponse.headers.get("Content-Length", "0")
            if not annoncee.isdigit() or int(annoncee) > REPONSE_MAXIMALE:
                raise ReponseIncoherente("corps trop long")
            corps = bytearray()
            async for morceau in reponse.aiter_raw():
                corps += morceau
                if len(corps) > REPONSE_MAXIMALE:
                    raise ReponseIncoherente("corps trop long")
            type_contenu = reponse.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Reponse(reponse.status_code, type_contenu, bytes(corps))
    except (TimeoutError, httpx.TimeoutException):
        raise DelaiDepasse("délai") from None
    except (httpx.HTTPError, httpx.StreamError, OSError) as erreur:
        raise Injoignable(type(erreur).__name__, retenter=RETENTER) from None
