"""Signing in by e-mail and password, and signing out."""

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from habilitations.comptes import connexions, demonstration, incarnation, navigateur_connu, proconnect
from habilitations.comptes.adresse import adresse_appelant
from habilitations.comptes.connexions import Moyen, ResteAFaire
from habilitations.comptes.verrous import (
    ADRESSE,
    COMPTE,
    NAVIGATEUR,
    PARTOUT,
    Essai,
    TropDEssais,
    reseau,
)
from habilitations.forms.connexion import FormulaireDeConnexion
from habilitations.models import Compte
from habilitations.views.communs import arrivee, suite_demandee

#: Where each step of signing in is done.
PAGES = {ResteAFaire.CODE: "connexion-code", ResteAFaire.ENROLEMENT: "connexion-second-facteur"}


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe")
@require_http_methods(["GET", "HEAD", "POST"])
def connexion(request: HttpRequest) -> HttpResponse:
    suite = suite_demandee(request)
    if request.user.is_authenticated and request.method != "POST":
        return redirect(suite or arrivee(request.user))
    form = FormulaireDeConnexion(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            compte = _reconnaitre(request, **form.cleaned_data)
        except TropDEssais as refus:
            form.add_error(None, str(refus))
            return _page(request, form, suite, attente=refus.secondes)
        if compte is not None:
            etape = connexions.entrer(request, compte, moyen=Moyen.MOT_DE_PASSE, suite=suite)
            return poursuivre(request, compte, etape, suite)
        form.add_error(None, "Adresse e-mail ou mot de passe incorrect.")
    return _page(request, form, suite)


def _reconnaitre(request: HttpRequest, *, courriel: str, mot_de_passe: str) -> Compte | None:
    """The account of this address and password. An unknown address costs the same time, and the same waits."""
    appelant = adresse_appelant(request) or ""
    connu = Compte.objects.filter(courriel=courriel).values_list("pk", flat=True).first()
    if navigateur := navigateur_connu.reconnaitre(request, connu):
        # Whatever strangers send, from wherever: this browser's tries are its own.
        essai = Essai((NAVIGATEUR, f"{courriel} {navigateur}"), groupe=courriel)
    else:
        essai = Essai(
            (COMPTE, f"{courriel} {reseau(appelant)}"),
            (PARTOUT, courriel),
            (ADRESSE, appelant),
            groupe=courriel,
        )
    compte = auth.authenticate(request, username=courriel, password=mot_de_passe)
    if compte is not None:
        essai.reussi()
    return compte


def _page(request: HttpRequest, form: FormulaireDeConnexion, suite: str, *, attente: int = 0) -> HttpResponse:
    response = render(
        request,
        "habilitations/connexion.html",
        {
            "form": form,
            "suite": suite,
            "demonstration": demonstration.active(),
            "proconnect": proconnect.configure(),
        },
        status=429 if attente else 200,
    )
    if attente:
        response.headers["Retry-After"] = str(attente)
    return response


def poursuivre(request: HttpRequest, compte: Compte, etape: ResteAFaire, suite: str) -> HttpResponse:
    """After a proof: the next step, or the page where the person was going."""
    if etape is ResteAFaire.AUCUNE:
        return navigateur_connu.retenir(redirect(suite or arrivee(compte)), compte)
    return redirect(PAGES[etape])


def retour_a_la_connexion(suite: str) -> HttpResponse:
    return redirect(reverse("connexion") + (f"?{urlencode({'next': suite})}" if suite else ""))


@login_not_required
@never_cache
@require_POST
def deconnexion(request: HttpRequest) -> HttpResponse:
    """End the session. An administrator who stood in for somebody stops doing so first: the journal says it."""
    incarnation.finir(request)
    id_token = request.session.get(connexions.ID_TOKEN)
    auth.logout(request)
    if id_token and proconnect.configure() and (adresse := proconnect.adresse_de_sortie(id_token)):
        return render(request, "habilitations/proconnect_sortir.html", {"adresse": adresse})
    messages.success(request, "Votre session est fermée.")
    return redirect("accueil")
