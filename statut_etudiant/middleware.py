"""What every answer gets, whatever the page or the endpoint: an identifier, and the browser's protections."""

import re
from collections.abc import Callable
from os import urandom

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from statut_etudiant.journaux import requete_courante

Suite = Callable[[HttpRequest], HttpResponse]

IDENTIFIANT_ADMIS = re.compile(r"[0-9A-Za-z._-]{8,64}", re.ASCII)


def identifiant_de_requete(recu: str) -> str:
    """The identifier of a request that came with this `X-Request-ID` (empty when it came with none).

    A caller's own is kept only when it went through our proxy: the journal must not be written by strangers.
    """
    if recu and settings.PROXYS_DE_CONFIANCE > 0 and IDENTIFIANT_ADMIS.fullmatch(recu):
        return recu
    return urandom(16).hex()


class RequeteIdentifiee:
    """Gives each request the identifier that its logs, its journal row and its answer carry."""

    def __init__(self, get_response: Suite) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifiant = identifiant_de_requete(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.identifiant = identifiant  # type: ignore[attr-defined]
        jeton = requete_courante.set(identifiant)
        try:
            response = self.get_response(request)
        finally:
            requete_courante.reset(jeton)
        response.headers["X-Request-ID"] = identifiant
        return response


class AdresseLisible:
    """PostgreSQL stores no NUL, so no address of a page holds one: it is refused before anything is asked of it."""

    def __init__(self, get_response: Suite) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise BadRequest
        return self.get_response(request)


class EntetesDeSecurite:
    """Strict defaults; a view that needs more says it by setting the header itself."""

    COMMUNS = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Frame-Options": "DENY",
    }
    CSP_API = "default-src 'none'; frame-ancestors 'none'"
    CSP_PAGES = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )

    def __init__(self, get_response: Suite) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        entetes = response.headers
        for nom, valeur in self.COMMUNS.items():
            entetes.setdefault(nom, valeur)
        page = entetes.get("Content-Type", "").startswith("text/html")
        entetes.setdefault("Content-Security-Policy", self.CSP_PAGES if page else self.CSP_API)
        # What a signed-in person is shown is theirs, refusals too: no copy stays in a shared browser or in a cache.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            entetes.setdefault("Cache-Control", "no-store, private")
        return response
