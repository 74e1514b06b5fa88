"""Coming in by FranceConnect, and going out, of FranceConnect too."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from statut_etudiant.citoyens import connexion, journal, reconnaissance, session
from statut_etudiant.citoyens.connexion import ConnexionRefusee
from statut_etudiant.citoyens.views.garde import rendre
from statut_etudiant.franceconnect.reglages import fournisseur_de_services

trace = logging.getLogger(__name__)

SUITE = "citoyen_suite"  # key in the session


@login_not_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """What these pages are, and FranceConnect's button."""
    if request.citoyen is not None:  # type: ignore[attr-defined]
        return redirect("mon-statut")
    return rendre(
        request,
        "accueil",
        {"ouvert": fournisseur_de_services(), "suite": _suite(request.GET.get("suite", ""))},
    )


@login_not_required
@require_GET
def partir(request: HttpRequest) -> HttpResponse:
    if not fournisseur_de_services():
        raise Http404
    try:
        response = connexion.partir(request)
    except ConnexionRefusee as refus:
        return _refuser(request, refus)
    request.session[SUITE] = _suite(request.GET.get("suite", ""))
    return response


@login_not_required
@require_GET
def revenir(request: HttpRequest) -> HttpResponse:
    if not fournisseur_de_services():
        raise Http404
    if request.GET.get("error") == "access_denied":
        messages.info(request, "Vous avez abandonné la connexion avec FranceConnect.")
        return redirect("mon-espace")
    suite = request.session.get(SUITE, "")
    try:
        personne = connexion.revenir(request)
    except ConnexionRefusee as refus:
        return _refuser(request, refus)
    reconnu = reconnaissance.reconnaitre(personne.identite)
    if reconnu.etudiant_id is None:
        journal.consigner(request, etudiant_id=None, categories=())
        session.fermer(request)
        # So that the way out of FranceConnect is offered on the page: nothing else is kept.
        session.retenir_id_token(request, personne.id_token)
        return rendre(request, "inconnu", {"pourquoi": reconnu.pourquoi})
    session.ouvrir(request, etudiant_id=reconnu.etudiant_id, nom=personne.nom, id_token=personne.id_token)
    return redirect(suite or "mon-statut")


@login_not_required
@require_POST
def sortir(request: HttpRequest) -> HttpResponse:
    id_token = session.fermer(request)
    adresse = connexion.adresse_de_sortie(id_token) if id_token and fournisseur_de_services() else None
    if adresse is None:
        return redirect("citoyen-sorti")
    return redirect(adresse)


@login_not_required
@require_safe
def sorti(request: HttpRequest) -> HttpResponse:
    """Back from FranceConnect's own sign-out."""
    return rendre(request, "sorti")


def _refuser(request: HttpRequest, refus: ConnexionRefusee) -> HttpResponse:
    trace.warning("connexion FranceConnect refusée", extra={"faits": {"cause": refus.cause}})
    messages.error(request, str(refus))
    return redirect("mon-espace")


def _suite(adresse: str) -> str:
    """A page of this space, or nothing."""
    chemin = adresse.partition("?")[0]
    sure = url_has_allowed_host_and_scheme(adresse, allowed_hosts=None)
    return adresse if sure and session.est_de_l_espace(chemin) and len(adresse) < 500 else ""
