"""Added to every response: a request identifier and the security headers."""

import logging
import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from os import urandom

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from statut_etudiant import trafic
from statut_etudiant.journaux import requete_courante, requete_de_l_appelant

journal = logging.getLogger(__name__)

Suite = Callable[[HttpRequest], HttpResponse]

IDENTIFIANT_ADMIS = re.compile(r"[0-9A-Za-z._:/+=-]{1,128}", re.ASCII)


def nouvel_identifiant() -> str:
    """Ours, of one request: that of its logs, of its journal row, and of its answer."""
    return urandom(16).hex()


def identifiant_de_l_appelant(recu: str) -> str:
    """The caller's own `X-Request-ID`, when it can be given back to them and logged beside ours; empty otherwise.

    It never takes the place of ours: the journal is not written by strangers. What could be anything is neither logged
    nor sent back, nor is what could be a token.
    """
    return recu if IDENTIFIANT_ADMIS.fullmatch(recu) and "ase_" not in recu else ""


def entetes_d_identification(identifiant: str, appelant: str) -> dict[str, str]:
    """What the answer says of the request: the caller's identifier when there is one, ours then beside it."""
    if not appelant:
        return {"X-Request-ID": identifiant}
    return {"X-Request-ID": appelant, "X-Request-ID-Serveur": identifiant}


class RequeteIdentifiee:
    """Gives each request the identifier that its logs, its journal row and its answer carry."""

    def __init__(self, get_response: Suite) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifiant = nouvel_identifiant()
        appelant = identifiant_de_l_appelant(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.identifiant = identifiant  # type: ignore[attr-defined]
        jetons = (requete_courante.set(identifiant), requete_de_l_appelant.set(appelant))
        debut = trafic.commencer()
        try:
            response = self.get_response(request)
            trafic.servi(
                debut,
                famille=trafic.API if request.path_info.startswith(("/api/", "/v3/")) else trafic.SITE,
                methode=request.method or "",
                route=trafic.AUCUNE if request.resolver_match is None else request.resolver_match.route,
                chemin=request.path_info,
                statut=response.status_code,
            )
        finally:
            requete_courante.reset(jetons[0])
            requete_de_l_appelant.reset(jetons[1])
        for nom, valeur in entetes_d_identification(identifiant, appelant).items():
            response.headers[nom] = valeur
        return response


class CetteMachineSeulement:
    """Without `ENVIRONNEMENT`, secrets are public constants: whoever calls from elsewhere is sent away, whatever the
    address on which the server was told to listen. A proxy in front is elsewhere too."""

    REFUS = (
        "Ce serveur tourne sans ENVIRONNEMENT (mode développement) : ses secrets sont publics, il ne répond qu'à cette "
        "machine. En production : ENVIRONNEMENT=production (docs/exploitation.md).\n"
    )

    def __init__(self, get_response: Suite) -> None:
        self.get_response = get_response
        journal.warning(self.REFUS.strip())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        relaye = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
        if relaye or not de_cette_machine(request.META.get("REMOTE_ADDR", "")):
            return HttpResponse(self.REFUS, status=403, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


@lru_cache(maxsize=256)
def de_cette_machine(adresse: str) -> bool:
    """Whether this address, as the server saw it, is the machine itself; a UNIX socket has none."""
    if not adresse:
        return True  # a UNIX socket
    try:
        ip = ip_address(adresse.partition("%")[0])
    except ValueError:
        return False
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


class AdresseLisible:
    """PostgreSQL stores no NUL, so no address of a page holds one: it is refused before anything is asked of it."""

    def __init__(self, get_response: Suite) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise BadRequest
        return self.get_response(request)


class PonctuationTenue:
    """French punctuation keeps to what it ends, on every page: no line begins with « : ; ? ! », nor ends between
    quotation marks and what they quote.

    Here rather than in a thousand sentences. Neither tags nor code is touched, nor what a person typed, shown again in
    a field: it would be sent back changed.
    """

    _ESPACE = "\u00a0".encode()
    #: Spaces that a line may break at: after « ; before », and before a sign that ends something.
    _LACHES = rb"(?<=\xc2\xab)\s+|(?<!\s)\s++(?=\xc2\xbb|[:;?!]+(?:[\s<).,]|\xc2[\xa0\xbb]|&[a-z#]|\Z))"
    _MOTIF = re.compile(
        rb"<(code|kbd|pre|samp|script|style|textarea)\b.*?</\1>|(" + _LACHES + rb")", re.DOTALL
    )

    def __init__(self, get_response: Suite) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        response.content = self._MOTIF.sub(self._tenir, response.content)
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        return response

    @classmethod
    def _tenir(cls, trouve: re.Match[bytes]) -> bytes:
        page, debut = trouve.string, trouve.start()
        dans_une_balise = page.rfind(b"<", 0, debut) > page.rfind(b">", 0, debut)
        return trouve[0] if trouve[2] is None or dans_une_balise else cls._ESPACE


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
        # Responses to a signed-in person, refusals included, must not stay in a shared browser or a cache.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            entetes.setdefault("Cache-Control", "no-store, private")
        return response
