"""Proving again who one is, before what would cost most if somebody else sat at the keyboard: issuing or showing a
token, roles, exports, standing in for somebody.

Signing in is a proof, good for `PREUVE_RECENTE_MINUTES`; afterwards the second factor is asked again, or the password
of who has none. A view says that it wants one by `preuve_exigee`.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from habilitations.comptes.requete import compte_connecte
from habilitations.models import Compte

Vue = Callable[..., HttpResponseBase]
CLE = "preuve_le"  # in the session
A_REFAIRE = "Confirmez que c'est bien vous : ce que vous demandiez n'est pas fait. Recommencez ensuite."


def noter_preuve(request: HttpRequest) -> None:
    """The person at this browser has just proved who they are."""
    request.session[CLE] = time.time()


def recente(request: HttpRequest) -> bool:
    return time.time() - request.session.get(CLE, 0) <= settings.PREUVE_RECENTE_MINUTES * 60


def qui(request: HttpRequest) -> Compte:
    """Who has to prove it: the administrator, when one stands in for the person."""
    administrateur: Compte | None = getattr(request, "au_nom_de", None)
    return administrateur or compte_connecte(request)


def preuve_exigee(vue: Vue) -> Vue:
    """For signed-in persons whose proof is recent; the others give it first, then come back to the page.

    Goes under what says who may open the page: nobody proves anything for a page that is not theirs.
    """

    @wraps(vue)
    def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or recente(request):
            return vue(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            page = request.get_full_path()
        else:
            messages.warning(request, A_REFAIRE)
            page = page_du_formulaire(request)
        return redirect(f"{reverse('connexion-confirmer')}?{urlencode({'next': page})}")

    gardee.preuve_exigee = True  # type: ignore[attr-defined]
    return gardee


def page_du_formulaire(request: HttpRequest) -> str:
    """Path and query of the page that sent this form: many are sent to an address that shows nothing."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return request.get_full_path()
    morceaux = urlsplit(page)
    return morceaux.path + (f"?{morceaux.query}" if morceaux.query else "")
