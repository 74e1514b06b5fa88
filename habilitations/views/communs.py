"""What every page needs of the request: who acts, for which organisation, with which right, where to go next."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from habilitations.acteur import Acteur
from habilitations.comptes.requete import compte_connecte
from habilitations.models import Compte, Organisation, Rattachement, Role

Vue = Callable[..., HttpResponseBase]
ORGANISATION = "organisation"  # key in the session


def acteur(request: HttpRequest) -> Acteur:
    """The person acting; when an administrator stands in for them, the administrator too."""
    return Acteur(compte=compte_connecte(request), au_nom_de=getattr(request, "au_nom_de", None))


def rattachements(request: HttpRequest) -> list[Rattachement]:
    """The person's organisations: verified ones first, then by name. Read once a request."""
    if not hasattr(request, "_rattachements"):
        liens = Rattachement.objects.filter(compte=compte_connecte(request)).select_related("organisation")
        request._rattachements = list(liens.order_by("-verifie", "organisation__nom"))  # type: ignore[attr-defined]
    lus: list[Rattachement] = request._rattachements  # type: ignore[attr-defined]
    return lus


def rattachement_courant(request: HttpRequest) -> Rattachement | None:
    """The organisation for which the person is working: the one chosen in this session, else their first one."""
    if not request.user.is_authenticated:
        return None
    liens = rattachements(request)
    # Pages of errors are rendered before there is a session.
    choisie = getattr(request, "session", {}).get(ORGANISATION)
    return next((lien for lien in liens if lien.organisation_id == choisie), liens[0] if liens else None)


def organisation_courante(request: HttpRequest) -> Organisation | None:
    lien = rattachement_courant(request)
    return lien.organisation if lien else None


def choisir_organisation(request: HttpRequest, organisation: Organisation) -> None:
    """Work for this organisation from now on. The caller knows that the person belongs to it."""
    request.session[ORGANISATION] = organisation.pk
    if hasattr(request, "_rattachements"):
        del request._rattachements


def exige_role(*noms: str) -> Callable[[Vue], Vue]:
    """For holders of one of these roles. The others get 403 before anything is looked up: they learn nothing of
    what exists."""
    admis = frozenset(noms)

    def decorer(vue: Vue) -> Vue:
        @wraps(vue)
        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated or request.user.noms_des_roles.isdisjoint(admis):
                raise PermissionDenied
            return vue(request, *args, **kwargs)

        return gardee

    return decorer


def jamais_incarne(vue: Vue) -> Vue:
    """For pages about credentials and rights: closed to an administrator who stands in for the person."""

    @wraps(vue)
    def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "au_nom_de", None) is not None:
            messages.error(
                request,
                "Cette page n'est pas ouverte à qui agit à la place d'une personne. Redevenez vous-même.",
            )
            return redirect("compte")
        return vue(request, *args, **kwargs)

    return gardee


def suite_demandee(request: HttpRequest) -> str:
    """Where the person was going (`next`), if it is a page of ours; empty otherwise."""
    suite = request.POST.get("next") or request.GET.get("next") or ""
    sure = suite.startswith("/") and url_has_allowed_host_and_scheme(suite, allowed_hosts=None)
    return suite if sure else ""


def arrivee(compte: Compte) -> str:
    """The page shown after signing in, by role."""
    roles = compte.noms_des_roles
    if roles & {Role.Nom.RAPPORTEUR, Role.Nom.INSTRUCTEUR, Role.Nom.RESPONSABLE}:
        return reverse("instruction")
    if Role.Nom.ADMINISTRATEUR in roles:
        return reverse("roles")
    if Role.Nom.DPD in roles:
        return reverse("journal-echanges")
    if not roles and compte.gestions.actifs().exists():
        return reverse("gestion")
    return reverse("demandes")
