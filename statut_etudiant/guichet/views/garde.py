"""Who comes to the desk: pages that no cache keeps, and that nobody opens in somebody else's place."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from habilitations.comptes.requete import compte_connecte
from habilitations.views.communs import jamais_incarne
from statut_etudiant.guichet import agents
from statut_etudiant.guichet.models import Agent

Vue = Callable[..., HttpResponseBase]


def page_d_agent(vue: Vue) -> Vue:
    """For agents in service: `vue(request, agents, …)`. The others get 403."""

    @wraps(vue)
    def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        siens = designations(request)
        if not siens:
            raise PermissionDenied
        return vue(request, siens, *args, **kwargs)

    return never_cache(jamais_incarne(gardee))


def designations(request: HttpRequest) -> list[Agent]:
    return agents.les_siens(compte_connecte(request))
