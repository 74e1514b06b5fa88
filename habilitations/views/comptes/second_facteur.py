"""The second factor of one's own account: turning it on or off, new recovery codes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from habilitations.comptes import second_facteur
from habilitations.comptes.requete import RequeteConnectee
from habilitations.comptes.verrous import TropDEssais
from habilitations.forms.connexion import FormulaireDeCode, FormulaireDePremierCode
from habilitations.views.communs import jamais_incarne


@jamais_incarne
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def activer(request: RequeteConnectee) -> HttpResponse:
    if second_facteur.appareil(request.user) is not None:
        # A telephone is replaced by turning the old one off first, which asks for its code.
        return redirect("compte")
    form = FormulaireDePremierCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_facteur.confirmer(request.user, form.cleaned_data["code"])
        if codes is not None:
            request.session.cycle_key()
            return _montrer(request, codes)
        form.add_error("code", "Ce code n'est pas le bon. Vérifiez l'heure de votre téléphone.")
    appareil = second_facteur.appareil_en_preparation(request.user)
    return render(
        request,
        "habilitations/second_facteur.html",
        {
            "form": form,
            "qr_code": second_facteur.qr_code(appareil, request.user),
            "cle": second_facteur.cle_lisible(appareil),
        },
    )


@jamais_incarne
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: RequeteConnectee) -> HttpResponse:
    form = FormulaireDeCode(request.POST or None)
    if request.method == "POST" and _code_donne(request, form):
        second_facteur.retirer(request.user, auteur=request.user)
        request.session.cycle_key()
        if second_facteur.obligatoire(request.user):
            messages.info(request, "Votre rôle l'exige : activez-la avec votre nouveau téléphone.")
            return redirect("second-facteur")
        messages.success(request, "La vérification en deux étapes est désactivée.")
        return redirect("compte")
    return render(
        request,
        "habilitations/second_facteur_retirer.html",
        {"form": form, "obligatoire": second_facteur.obligatoire(request.user)},
    )


@jamais_incarne
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: RequeteConnectee) -> HttpResponse:
    form = FormulaireDeCode(request.POST or None)
    if request.method == "POST" and _code_donne(request, form):
        return _montrer(request, second_facteur.renouveler_codes(request.user))
    return render(request, "habilitations/second_facteur_codes.html", {"form": form})


def _code_donne(request: RequeteConnectee, form: FormulaireDeCode) -> bool:
    if not form.is_valid():
        return False
    try:
        juste = second_facteur.verifier(request.user, form.cleaned_data["code"])
    except TropDEssais as refus:
        form.add_error("code", str(refus))
        return False
    if not juste:
        form.add_error("code", "Ce code n'est pas le bon, ou il a déjà servi. Saisissez le suivant.")
    return juste


def _montrer(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(
        request, "habilitations/codes_de_secours.html", {"codes": codes, "suite": reverse("compte")}
    )
