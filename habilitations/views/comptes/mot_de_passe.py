"""A forgotten password, and the change of one's own."""

from typing import Any, cast

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from habilitations.comptes import mot_de_passe
from habilitations.comptes.adresse import adresse_appelant
from habilitations.comptes.requete import RequeteConnectee
from habilitations.comptes.verrous import CONFIRMATION, ENVOI, Essai, TropDEssais
from habilitations.forms.compte import (
    FormulaireDeCourriel,
    FormulaireDeMotDePasse,
    FormulaireDeNouveauMotDePasse,
)
from habilitations.models import Compte
from habilitations.views.communs import jamais_incarne


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def oublie(request: HttpRequest) -> HttpResponse:
    form = FormulaireDeCourriel(request.POST or None)
    if request.method == "POST" and form.is_valid():
        courriel = form.cleaned_data["courriel"]
        try:
            Essai((ENVOI, adresse_appelant(request) or ""))
        except TropDEssais as refus:
            form.add_error(None, f"Trop de demandes. {refus.quand}")
        else:
            mot_de_passe.demander(courriel)
            return render(request, "habilitations/mot_de_passe_envoye.html", {"courriel": courriel})
    return render(request, "habilitations/mot_de_passe_oublie.html", {"form": form})


@method_decorator(
    [login_not_required, never_cache, sensitive_post_parameters("mot_de_passe", "confirmation")], "dispatch"
)
class Nouveau(PasswordResetConfirmView):
    """Django's: the token moves from the address to the session before the form is shown."""

    form_class = FormulaireDeNouveauMotDePasse
    template_name = "habilitations/mot_de_passe_nouveau.html"
    success_url = reverse_lazy("connexion")

    def get_form_kwargs(self) -> dict[str, Any]:
        arguments = super().get_form_kwargs()
        return {
            "compte": arguments["user"],
            **{nom: arguments[nom] for nom in ("data",) if nom in arguments},
        }

    def get_form(self, form_class: Any = None) -> Any:
        # Asked for an invalid link too, to make the context.
        return super().get_form(form_class) if self.user is not None else None

    def form_valid(self, form: Any) -> HttpResponse:
        mot_de_passe.changer(compte=cast(Compte, self.user), nouveau=form.cleaned_data["mot_de_passe"])
        self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN, None)
        messages.success(self.request, "Votre mot de passe est changé. Connectez-vous.")
        return redirect(self.success_url)


@jamais_incarne
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def changer(request: RequeteConnectee) -> HttpResponse:
    form = FormulaireDeMotDePasse(request.POST or None, compte=request.user)
    if request.method == "POST" and form.is_valid() and actuel_confirme(request, form):
        mot_de_passe.changer(compte=request.user, nouveau=form.cleaned_data["mot_de_passe"])
        garder_la_session(request)
        messages.success(request, "Votre mot de passe est changé. Vos autres sessions sont fermées.")
        return redirect("compte")
    return render(request, "habilitations/mot_de_passe.html", {"form": form})


def actuel_confirme(request: RequeteConnectee, form: Any) -> bool:
    """Whether the current password was given right; the form says it otherwise. True when the account has none."""
    if "actuel" not in form.fields:
        return True
    try:
        essai = Essai((CONFIRMATION, str(request.user.pk)))
    except TropDEssais as refus:
        form.add_error("actuel", str(refus))
        return False
    if not request.user.check_password(form.cleaned_data["actuel"]):
        form.add_error("actuel", "Ce n'est pas votre mot de passe actuel.")
        return False
    essai.reussi()
    return True


def garder_la_session(request: RequeteConnectee) -> None:
    """After an act that closes all the person's sessions: this one goes on, under a new key."""
    auth.update_session_auth_hash(request, request.user)
