"""The API's own door, in front of the portal's middlewares: JSON always, no redirect, no session, no cookie.

A middleware and not another WSGI application, so that tests, demonstration and production go through the same code.
"""

import logging
from collections.abc import Callable
from functools import lru_cache

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import Error as ErreurDeBase
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.urls import ResolverMatch, get_resolver
from rest_framework.views import APIView

from statut_etudiant.api.familles import RETENTER, Famille, famille

journal = logging.getLogger(__name__)

URLCONF = "statut_etudiant.api.urls"


@lru_cache(maxsize=256)
def _resoudre(chemin: str) -> ResolverMatch:
    # Nearly all paths have no variable part: their view is looked up once.
    return get_resolver(URLCONF).resolve(chemin)


class PorteApi:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cote = famille(request.path_info)
        if cote is None:
            return self.get_response(request)
        response = _repondre(request, cote)
        # Without a length the server would send it by chunks, which some clients do not read.
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _repondre(request: HttpRequest, cote: Famille) -> HttpResponse:
    try:
        return _servir(request, cote)
    except (SuspiciousOperation, RequestDataTooBig, UnreadablePostError):
        # Too many parameters, a body cut short: the caller's doing, said as such.
        return cote.repondre(cote.requete_refusee, request)
    except (OperationalError, InterfaceError):
        journal.exception("base de données indisponible", extra={"faits": _faits(request)})
        return cote.repondre(cote.indisponible, request, retry_after=RETENTER)
    except (ErreurDeBase, Exception):
        journal.exception("anomalie", extra={"faits": _faits(request)})
        return cote.repondre(cote.anomalie, request)


def _servir(request: HttpRequest, cote: Famille) -> HttpResponse:
    try:
        trouve = _resoudre(request.path_info)
    except Http404:
        return cote.repondre(cote.introuvable, request)
    methodes = methodes_servies(trouve)
    if request.method not in methodes:
        response = cote.repondre(cote.methode_refusee, request)
        response.headers["Allow"] = ", ".join(methodes)
        return response
    request.resolver_match = trouve
    response: HttpResponse = trouve.func(request, *trouve.args, **trouve.kwargs)
    # DRF leaves rendering to Django's handler, which this door stands in for.
    if hasattr(response, "render"):
        response.render()
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def methodes_servies(trouve: ResolverMatch) -> tuple[str, ...]:
    """The methods that a route serves: those that its view writes. HEAD and OPTIONS are not (contract)."""
    vue: type[APIView] = trouve.func.cls
    return tuple(nom.upper() for nom in ("get", "post", "put", "patch", "delete") if hasattr(vue, nom))


def _faits(request: HttpRequest) -> dict[str, object]:
    """What a log line may say of a request: method and route, never its parameters."""
    route = getattr(request.resolver_match, "route", "")
    return {"methode": request.method, "route": route}
