"""The citizens' session, apart from the agents': its own cookie, fifteen minutes idle, an hour at most.

One person may be an agent and a student in the same browser: signing out of one leaves the other, and nothing of what a
page keeps (messages, FranceConnect's state) goes from one to the other. Same store as Django's; only who reads which
cookie differs, by the path.
"""

import time
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from habilitations.comptes import sessions

#: All the citizens' pages are under it, and only they.
RACINE = "/mon-espace"
INACTIVITE = 15 * 60  # seconds
DUREE_MAXIMALE = 3600  # seconds

_CLE = "citoyen"
#: On a request that a page makes by itself: it is no activity of the person.
_LUE_SEULEMENT = "session_lue_seulement"
_ID_TOKEN = "franceconnect_id_token"  # noqa: S105 - its name


class Citoyen(NamedTuple):
    """Who is signed in: `etudiant_id`, of the referential; `nom`, as FranceConnect says it, for the header."""

    etudiant_id: int
    nom: str
    depuis: float


def est_de_l_espace(chemin: str) -> bool:
    return chemin == RACINE or chemin.startswith(f"{RACINE}/")


class SessionsApart(SessionMiddleware):
    """In place of Django's: the agents' session everywhere, the citizens' under `RACINE`."""

    def process_request(self, request: HttpRequest) -> None:
        if not est_de_l_espace(request.path_info):
            super().process_request(request)
            return
        request.session = self.SessionStore(request.COOKIES.get(settings.CITOYEN_COOKIE_NAME))
        request.citoyen = _lire(request)  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not est_de_l_espace(request.path_info):
            return super().process_response(request, response)
        # What a citizen is shown is theirs: no copy stays in a shared browser or in a cache.
        response.headers["Cache-Control"] = "no-store, private"
        session = request.session
        recue = request.COOKIES.get(settings.CITOYEN_COOKIE_NAME)
        if session.is_empty():
            if recue is not None:
                response.delete_cookie(settings.CITOYEN_COOKIE_NAME, samesite="Lax")
        elif response.status_code < 500 and not getattr(request, _LUE_SEULEMENT, False):
            session.set_expiry(INACTIVITE)
            session.save()
            response.set_cookie(
                settings.CITOYEN_COOKIE_NAME,
                session.session_key or "",
                max_age=INACTIVITE,
                path="/",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _lire(request: HttpRequest) -> Citoyen | None:
    faits: dict[str, Any] | None = request.session.get(_CLE)
    if faits is None:
        return None
    citoyen = Citoyen(**faits)
    if time.time() > citoyen.depuis + DUREE_MAXIMALE:
        request.session.flush()
        return None
    return citoyen


def ne_pas_prolonger(request: HttpRequest) -> None:
    """This answer leaves the session's end where it is."""
    setattr(request, _LUE_SEULEMENT, True)


def reste(request: HttpRequest, *, prolongee: bool) -> int:
    """Seconds before the citizen must sign in again, 0 when nobody is signed in."""
    citoyen: Citoyen | None = request.citoyen  # type: ignore[attr-defined]
    if citoyen is None:
        return 0
    oisif = INACTIVITE if prolongee else sessions.reste(request.session.session_key)
    return max(0, min(oisif, int(citoyen.depuis + DUREE_MAXIMALE - time.time())))


def ouvrir(request: HttpRequest, *, etudiant_id: int, nom: str, id_token: str) -> None:
    """Sign the citizen in, under a new key."""
    request.session.flush()
    citoyen = Citoyen(etudiant_id, nom, time.time())
    request.session[_CLE] = citoyen._asdict()
    retenir_id_token(request, id_token)
    request.citoyen = citoyen  # type: ignore[attr-defined]


def retenir_id_token(request: HttpRequest, id_token: str) -> None:
    """What ending the session at FranceConnect too asks for."""
    request.session[_ID_TOKEN] = id_token


def fermer(request: HttpRequest) -> str:
    """End the session; FranceConnect's ID token, empty when there is none."""
    id_token: str = request.session.get(_ID_TOKEN, "")
    request.session.flush()
    request.citoyen = None  # type: ignore[attr-defined]
    return id_token
