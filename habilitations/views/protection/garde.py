"""Whom these pages are for: the ministry's data protection officer, in person, and never from a cache."""

from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from habilitations.models import RechercheAuJournal, Role
from habilitations.views.communs import Vue, exige_role, jamais_incarne


def page_du_delegue(vue: Vue) -> Vue:
    return exige_role(Role.Nom.DPD)(jamais_incarne(never_cache(vue)))


def avec_la_recherche(vue: Vue) -> Vue:
    """The page is about a search that was journaled, its own or a colleague's."""

    @wraps(vue)
    def trouvee(request: HttpRequest, cle: Any, **kwargs: Any) -> HttpResponseBase:
        return vue(request, get_object_or_404(RechercheAuJournal, cle=cle), **kwargs)

    return trouvee
