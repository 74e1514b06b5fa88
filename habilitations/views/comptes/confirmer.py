"""« Confirmez que c'est bien vous »: the second factor again, or the password of who has none (`preuve_exigee`)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from habilitations.comptes import demonstration, proconnect, second_facteur
from habilitations.comptes.preuve import noter_preuve, qui
from habilitations.comptes.proconnect import ProConnectRefuse
from habilitations.comptes.verrous import CONFIRMATION, Essai, TropDEssais
from habilitations.forms.base import Formulaire
from habilitations.forms.connexion import FormulaireDeCode, FormulaireDeMotDePasseActuel
from habilitations.models import Compte
from habilitations.views.communs import suite_demandee
from habilitations.views.comptes.proconnect import SUITE


@never_cache
@sensitive_post_parameters("mot_de_passe")
@require_http_methods(["GET", "HEAD", "POST"])
def confirmer(request: HttpRequest) -> HttpResponse:
    compte, suite = qui(request), suite_demandee(request)
    # The demonstration's persons have no telephone: nobody holds it.
    form = None if demonstration.active() else _formulaire(request, compte)
    par_proconnect = form is None and proconnect.configure() and compte.identites.exists()
    if request.method == "POST":
        if demonstration.active():
            return _confirme(request, suite)
        if par_proconnect:
            return _vers_proconnect(request, suite)
        if form is not None and form.is_valid() and _juste(compte, form):
            return _confirme(request, suite)
    return render(
        request,
        "habilitations/confirmer.html",
        {
            "form": form,
            "suite": suite,
            "proconnect": par_proconnect,
            "demonstration": demonstration.active(),
        },
    )


def _formulaire(request: HttpRequest, compte: Compte) -> Formulaire | None:
    """What the person can give; None when neither a code nor a password is theirs."""
    donnees = request.POST if request.method == "POST" else None
    if second_facteur.appareil(compte) is not None:
        return FormulaireDeCode(donnees)
    return FormulaireDeMotDePasseActuel(donnees) if compte.has_usable_password() else None


def _juste(compte: Compte, form: Any) -> bool:
    try:
        if "code" in form.fields:
            champ, refus = "code", "Ce code n'est pas le bon, ou il a déjà servi. Saisissez le suivant."
            juste = second_facteur.verifier(compte, form.cleaned_data["code"])
        else:
            champ, refus = "mot_de_passe", "Ce n'est pas votre mot de passe."
            essai = Essai((CONFIRMATION, str(compte.pk)))
            juste = compte.check_password(form.cleaned_data["mot_de_passe"])
            if juste:
                essai.reussi()
    except TropDEssais as trop:
        form.add_error(None, str(trop))
        return False
    if not juste:
        form.add_error(champ, refus)
    return juste


def _confirme(request: HttpRequest, suite: str) -> HttpResponse:
    request.session.cycle_key()
    noter_preuve(request)
    return redirect(suite or "compte")


def _vers_proconnect(request: HttpRequest, suite: str) -> HttpResponse:
    try:
        response = proconnect.partir(request, de_nouveau=True)
    except ProConnectRefuse as refus:
        messages.error(request, str(refus))
        return redirect("compte")
    request.session[SUITE] = suite
    return response
