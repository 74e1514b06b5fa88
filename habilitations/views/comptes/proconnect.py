"""Signing in and out by ProConnect. Without its settings, these pages do not exist."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from habilitations.comptes import comptes_proconnect, connexions, preuve_d_adresse, proconnect
from habilitations.comptes.adresse import adresse_appelant
from habilitations.comptes.comptes_proconnect import Adresse
from habilitations.comptes.connexions import Moyen, ResteAFaire
from habilitations.comptes.ouverture_de_compte import LienPerime
from habilitations.comptes.proconnect import Agent, ProConnectRefuse
from habilitations.comptes.verrous import ENVOI, Essai, TropDEssais
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
        compte, adresse = comptes_proconnect.reconnaitre(agent)
    except ProConnectRefuse as refus:
        return _refuser(request, refus)
    except comptes_proconnect.CompteFerme:
        return _compte_ferme(request)
    except comptes_proconnect.AdresseAProuver:
        return _faire_prouver(request, agent)
    response = _entrer(request, agent, compte, second_facteur_donne=agent.double_facteur)
    _dire_l_adresse(request, agent, adresse)
    return response


def _entrer(
    request: HttpRequest, agent: Agent, compte: Compte, *, second_facteur_donne: bool
) -> HttpResponse:
    suite = request.session.pop(SUITE, "")
    organisation = comptes_proconnect.organisation(compte, agent)
    etape = connexions.entrer(
        request,
        compte,
        moyen=Moyen.PROCONNECT,
        suite=suite,
        second_facteur_donne=second_facteur_donne,
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


def _dire_l_adresse(request: HttpRequest, agent: Agent, adresse: Adresse) -> None:
    if adresse is Adresse.CHANGEE:
        messages.info(
            request, f"Votre adresse est désormais {agent.courriel}, celle que ProConnect nous a dite."
        )
    elif adresse is Adresse.PRISE:
        messages.warning(
            request,
            f"ProConnect dit que votre adresse est maintenant {agent.courriel}, mais un autre compte l'a déjà : le "
            "vôtre garde l'ancienne. Écrivez-nous si les deux comptes sont à vous.",
        )
    elif adresse is Adresse.A_CONFIRMER:
        messages.info(
            request,
            f"ProConnect dit que votre adresse est maintenant {agent.courriel}. Un message y est parti : elle changera "
            "ici quand vous l'aurez confirmée.",
        )


def _faire_prouver(request: HttpRequest, agent: Agent) -> HttpResponse:
    """The same page and the same mail whether an account has this address or not."""
    try:
        Essai((ENVOI, adresse_appelant(request) or ""))
    except TropDEssais as refus:
        messages.error(request, f"Trop de demandes. {refus.quand}")
        return redirect("connexion")
    preuve_d_adresse.demander(request, agent)
    # Whoever has a password may use it instead.
    connexions.retenir_a_relier(request, agent)
    return redirect("proconnect-adresse")


@login_not_required
@never_cache
@require_safe
def adresse(request: HttpRequest) -> HttpResponse:
    """« Open the link that we have just sent. »"""
    if not proconnect.configure():
        raise Http404
    attendue = preuve_d_adresse.attendue(request)
    if not attendue:
        return redirect("connexion")
    return render(request, "habilitations/proconnect_adresse.html", {"courriel": attendue})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prouver_adresse(request: HttpRequest, jeton: str) -> HttpResponse:
    """The link opens a page with a button: mail scanners open links, they do not press buttons."""
    if not proconnect.configure():
        raise Http404
    try:
        agent = preuve_d_adresse.lire(request, jeton)
    except LienPerime:
        return render(
            request,
            "habilitations/lien_perime.html",
            {
                "explication": "Ce lien a servi, a plus d'une heure, ou a été ouvert dans un autre navigateur que "
                "celui où vous avez commencé. Recommencez la connexion avec ProConnect.",
                "page": "connexion",
            },
            status=410,
        )
    if request.method != "POST":
        return render(request, "habilitations/proconnect_adresse_prouver.html", {"courriel": agent.courriel})
    try:
        compte, nouveau = comptes_proconnect.prouver(agent)
    except comptes_proconnect.CompteFerme:
        return _compte_ferme(request)
    preuve_d_adresse.oublier(request)
    if not nouveau:
        connexions.retenir_a_relier(request, agent, prouve=True)
    # An account that was there asks for its own second factor: the provider's may be a stranger's.
    return _entrer(request, agent, compte, second_facteur_donne=nouveau and agent.double_facteur)


def _compte_ferme(request: HttpRequest) -> HttpResponse:
    messages.error(request, "Ce compte est fermé. Écrivez-nous pour le rouvrir.")
    return redirect("connexion")


def _refuser(request: HttpRequest, refus: ProConnectRefuse) -> HttpResponse:
    journal.warning("connexion ProConnect refusée", extra={"faits": {"cause": refus.cause}})
    messages.error(request, str(refus))
    return redirect("connexion")


@login_not_required
@never_cache
@require_safe
def sorti(request: HttpRequest) -> HttpResponse:
    """Back from ProConnect's own sign-out."""
    messages.success(request, "Votre session est fermée, celle de ProConnect aussi.")
    return redirect("accueil")
