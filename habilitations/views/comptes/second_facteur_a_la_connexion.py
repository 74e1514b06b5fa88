"""Signing in, second step: asks for the code, or has the second factor turned on when a role requires it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from habilitations.comptes import connexions, navigateur_connu, second_facteur
from habilitations.comptes.verrous import TropDEssais
from habilitations.forms.connexion import FormulaireDeCode, FormulaireDePremierCode
from habilitations.views.communs import arrivee
from habilitations.views.comptes.connexion import retour_a_la_connexion

TROP_TARD = "Votre connexion n'a pas été terminée à temps. Recommencez."


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    attente = connexions.en_attente(request)
    if attente is None:
        messages.warning(request, TROP_TARD)
        return retour_a_la_connexion("")
    compte, moyen, suite = attente
    form = FormulaireDeCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            juste = second_facteur.verifier(compte, form.cleaned_data["code"])
        except TropDEssais as refus:
            form.add_error("code", str(refus))
        else:
            if juste:
                connexions.ouvrir(request, compte, moyen=moyen)
                return navigateur_connu.retenir(redirect(suite or arrivee(compte)), compte)
            form.add_error("code", "Ce code n'est pas le bon, ou il a déjà servi. Saisissez le suivant.")
    return render(request, "habilitations/connexion_code.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrolement(request: HttpRequest) -> HttpResponse:
    """The second factor is turned on, then the recovery codes are shown, once, in the session just opened."""
    attente = connexions.en_attente(request)
    if attente is None:
        messages.warning(request, TROP_TARD)
        return retour_a_la_connexion("")
    compte, moyen, suite = attente
    if second_facteur.appareil(compte) is not None:
        # Turned on meanwhile, in another window: a password must not be enough to replace it.
        return redirect("connexion-code")
    form = FormulaireDePremierCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_facteur.confirmer(compte, form.cleaned_data["code"])
        if codes is not None:
            connexions.ouvrir(request, compte, moyen=moyen)
            page = render(
                request,
                "habilitations/codes_de_secours.html",
                {"codes": codes, "suite": suite or arrivee(compte)},
            )
            return navigateur_connu.retenir(page, compte)
        form.add_error("code", "Ce code n'est pas le bon. Vérifiez l'heure de votre téléphone.")
    appareil = second_facteur.appareil_en_preparation(compte)
    return render(
        request,
        "habilitations/connexion_second_facteur.html",
        {
            "form": form,
            "qr_code": second_facteur.qr_code(appareil, compte),
            "cle": second_facteur.cle_lisible(appareil),
        },
    )
