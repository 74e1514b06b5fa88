"""The API's own door, in front of the portal's middlewares: JSON always, no redirect, no session, no cookie.

A middleware and not another WSGI application, so that tests, demonstration and production go through the same code.
"""

import logging
import re
from collections.abc import Callable
from functools import lru_cache

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.urls import ResolverMatch, get_resolver

from referentiel.indisponibilite import Absence, absence, changer_de_serveur
from statut_etudiant import maintenance
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.familles import DOCUMENTATION, RETENTER, Famille, famille
from statut_etudiant.api.moyens import Sature
from statut_etudiant.api.reponse import Reponse
from statut_etudiant.api.vues import VueApi

journal = logging.getLogger(__name__)

URLCONF = "statut_etudiant.api.urls"

_BARRES = re.compile("//+")
#: The caller's doing, said as such: too many parameters, a body cut short.
_REFUSEES = (SuspiciousOperation, RequestDataTooBig, UnreadablePostError)

#: Seconds after which the calls that wait will have gone.
DESENGORGER = 1


def normaliser(chemin: str) -> str:
    """The path as it is served: repeated slashes count as one, the last is ignored, /api/v3/… is /v3/… (contract)."""
    if "//" in chemin:
        chemin = _BARRES.sub("/", chemin)
    if len(chemin) > 1:
        chemin = chemin.removesuffix("/")
    return chemin[4:] if chemin.startswith("/api/v3/") or chemin == "/api/v3" else chemin


class PorteApi:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chemin = normaliser(request.path_info)
        cote = famille(chemin)
        if chemin == DOCUMENTATION:
            request.path_info = chemin
        if cote is None:
            return self.get_response(request)
        request.path_info = chemin
        response = _repondre(request, cote)
        # Without a length the server would send it by chunks, which some clients do not read.
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _repondre(request: HttpRequest, cote: Famille) -> HttpResponse:
    try:
        return _servir(request, cote)
    except Exception as erreur:  # noqa: BLE001 (told by `incident`)
        changer_de_serveur(absence(erreur))
        route = getattr(request.resolver_match, "route", "")
        return incident(erreur, cote, Appel.de_django(request), route=route).en_django()


def incident(erreur: Exception, cote: Famille, appel: Appel, *, route: str) -> Reponse:
    """What is answered when a call ends otherwise than its view wanted. To be called while `erreur` is handled."""
    # What a log line may say of a call: method and route, never its parameters.
    faits = {"faits": {"methode": appel.methode, "route": route}}
    if isinstance(erreur, _REFUSEES):
        return cote.repondre(cote.requete_refusee, appel)
    if isinstance(erreur, Sature):
        journal.warning("trop d'appels en attente", extra=faits)
        return cote.repondre(cote.indisponible, appel, retry_after=DESENGORGER)
    if (manque := absence(erreur)) is not None:
        faits["faits"]["absence"] = manque.name
        journal.exception("service indisponible : %s", manque.value, extra=faits)
        cas = cote.maintenance if manque is Absence.STRUCTURE else cote.indisponible
        return cote.repondre(cas, appel, retry_after=RETENTER)
    journal.exception("anomalie", extra=faits)
    return cote.repondre(cote.anomalie, appel)


@lru_cache(maxsize=256)
def _resoudre(chemin: str) -> ResolverMatch:
    # Nearly all paths have no variable part: their view is looked up once.
    return get_resolver(URLCONF).resolve(chemin)


def _servir(request: HttpRequest, cote: Famille) -> HttpResponse:
    try:
        trouve = _resoudre(request.path_info)
    except Http404:
        return cote.repondre(cote.introuvable, Appel.de_django(request)).en_django()
    methodes = methodes_servies(trouve)
    if request.method not in methodes:
        response = cote.repondre(cote.methode_refusee, Appel.de_django(request)).en_django()
        response.headers["Allow"] = ", ".join(methodes)
        return response
    request.resolver_match = trouve
    if cote.suspendue and (attente := maintenance.attente()) is not None:
        return cote.repondre(cote.maintenance, Appel.de_django(request), retry_after=attente).en_django()
    response: HttpResponse = trouve.func(request, *trouve.args, **trouve.kwargs)
    # DRF leaves rendering to Django's handler, which this door stands in for.
    if hasattr(response, "render"):
        response.render()
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def methodes_servies(trouve: ResolverMatch) -> tuple[str, ...]:
    """The methods that a route serves: those that its view writes. OPTIONS is not, HEAD on the pings alone."""
    vue: type[VueApi] = trouve.func.cls
    ecrites = [nom for nom in ("get", "post", "put", "patch", "delete") if hasattr(vue, nom)]
    if vue.surveillance:
        ecrites.insert(1, "head")
    return tuple(nom.upper() for nom in ecrites)
