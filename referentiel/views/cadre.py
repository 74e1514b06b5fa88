"""Pages of the establishments' admin that are not lists of a table: who may open them, in which frame they show."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from referentiel.droits import Droits, droits
from referentiel.site.gestion import gestion

#: A view of these pages takes the rights after the request.
Vue = Callable[..., HttpResponseBase]


def page_de_gestion(*, ministere: bool = False) -> Callable[[Vue], Vue]:
    """For who has rights in the admin: `vue(request, droits, …)`. The others get 403; a manager on a page of the
    ministry, 404. Who is not signed in has been sent to sign in (`ConnexionExigee`)."""

    def decorer(vue: Vue) -> Vue:
        @wraps(vue)
        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            siens = droits(request)
            if siens is None:
                raise PermissionDenied
            if ministere and not siens.ministere:
                raise Http404
            return vue(request, siens, *args, **kwargs)

        gardee.ministere = ministere  # type: ignore[attr-defined]
        return gardee

    return decorer


def rendre(
    request: HttpRequest, gabarit: str, contexte: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in the admin's frame (templates/gestion/_cadre.html)."""
    return TemplateResponse(request, gabarit, {**gestion.each_context(request), **contexte}, status=status)


def droits_exiges(request: HttpRequest) -> Droits:
    """Where the admin's site has already checked that there are some."""
    siens = droits(request)
    if siens is None:
        raise PermissionDenied
    return siens


def numero_lu(texte: str) -> int:
    """An internal identifier from an address. Raises Http404 when it cannot be one."""
    if not (texte.isascii() and texte.isdecimal() and len(texte) < 19):
        raise Http404
    return int(texte)
