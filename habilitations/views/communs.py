"""What the pages have in common: who acts, and whom a page is for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from habilitations.acteur import Acteur

Vue = Callable[..., HttpResponse]


def acteur(request: HttpRequest) -> Acteur:
    """The person who acts; `request.au_nom_de` is the administrator who has taken their place, if one has."""
    return Acteur(compte=request.user, au_nom_de=getattr(request, "au_nom_de", None))


def exige_role(*noms: str) -> Callable[[Vue], Vue]:
    """For holders of one of these roles. The others get 403 before anything is looked up: they learn nothing of
    what exists."""

    def decorer(vue: Vue) -> Vue:
        @wraps(vue)
        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not (request.user.is_authenticated and request.user.noms_des_roles & set(noms)):
                raise PermissionDenied
            return vue(request, *args, **kwargs)

        return gardee

    return decorer
