"""Signing in and out by ProConnect. Without its settings, these pages do not exist."""

import logging
import time

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from habilitations.comptes import comptes_proconnect, connexions, proconnect
from habilitations.comptes.connexions import Moyen, ResteAFaire
from habilitations.comptes.proconnect import Agent, ProConnectRefuse
from habilitations.models import Compte
from habilitations.views.communs import choisir_organisation, suite_demandee
from habilitations.views.comptes.connexion import poursuivre

journal = logging.getLogger(__name__)

SUITE = "proconnect_suite"


@login_not_required
@never_cache
@require_GET
def partir(request: HttpRequest) -> HttpResponse:
    if not proconnect.configure():
        raise Http404
    try:
        response = proconnect.partir(request)
    except ProConnectRefuse as refus:
        return _refuser(request, refus)
    request.session[SUITE] = suite_demandee(request)
    return response


@login_not_required
@never_cache
@require_GET
def revenir(request: HttpRequest) -> HttpResponse:
    if not proconnect.configure():
        raise Http404
    if request.GET.get("error") == "access_denied":
        messages.info(request, "Vous avez abandonné la connexion avec ProConnect.")
        return redirect("connexion")
    try:
        agent = proconnect.revenir(request)
        compte = comptes_proconnect.reconnaitre(agent)
    except ProConnectRefuse as refus:
        return _refuser(request, refus)
    except comptes_proconnect.CompteFerme:
        messages.error(request, "Ce compte est fermé. Écrivez-nous pour le rouvrir.")
        return redirect("connexion")
    except comptes_proconnect.CompteAProuver:
        request.session[connexions.A_RELIER] = {
            "emetteur": agent.emetteur,
            "sub": agent.sub,
            "courriel": agent.courriel,
            "depuis": time.time(),
        }
        messages.warning(
            request,
            "Un compte existe déjà à votre adresse. Connectez-vous une fois avec son mot de passe : "
            "il sera relié à ProConnect.",
        )
        return redirect("connexion")
    return _entrer(request, agent, compte)


def _entrer(request: HttpRequest, agent: Agent, compte: Compte) -> HttpResponse:
    suite = request.session.pop(SUITE, "")
    organisation = comptes_proconnect.organisation(compte, agent)
    etape = connexions.entrer(
        request,
        compte,
        moyen=Moyen.PROCONNECT,
        suite=suite,
        second_facteur_donne=agent.double_facteur,
    )
    request.session[connexions.ID_TOKEN] = agent.id_token
    if organisation is not None:
        choisir_organisation(request, organisation)
    elif etape is ResteAFaire.AUCUNE:
        messages.warning(
            request,
            "ProConnect ne nous a pas dit pour quelle organisation vous travaillez : ajoutez-la à votre compte.",
        )
    return poursuivre(request, compte, etape, suite)


def _refuser(request: HttpRequest, refus: ProConnectRefuse) -> HttpResponse:
    journal.warning("connexion ProConnect refusée", extra={"faits": {"cause": refus.cause}})
    messages.error(request, str(refus))
    return redirect("connexion")


@login_not_required
@never_cache
@require_safe
def sorti(request: HttpRequest) -> HttpResponse:
    """Back from ProConnect's own sign-out."""
    messages.success(request, "Vous êtes déconnecté, de ProConnect aussi.")
    return redirect("accueil")
