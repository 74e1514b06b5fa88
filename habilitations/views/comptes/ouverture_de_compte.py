"""Opening a local account, in two pages: the address, then the name and the password."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from habilitations.comptes import ouverture_de_compte
from habilitations.comptes.adresse import adresse_appelant
from habilitations.comptes.verrous import ENVOI, Essai, TropDEssais
from habilitations.forms.compte import FormulaireDeCourriel, FormulaireDOuvertureDeCompte
from habilitations.views.communs import arrivee


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demander(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(arrivee(request.user))
    form = FormulaireDeCourriel(request.POST or None)
    if request.method == "POST" and form.is_valid():
        courriel = form.cleaned_data["courriel"]
        try:
            Essai((ENVOI, adresse_appelant(request) or ""))
        except TropDEssais as refus:
            form.add_error(None, f"Trop de demandes. {refus.quand}")
        else:
            ouverture_de_compte.demander(courriel)
            return render(request, "habilitations/ouverture_de_compte_envoyee.html", {"courriel": courriel})
    return render(request, "habilitations/ouverture_de_compte.html", {"form": form})


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
def terminer(request: HttpRequest, jeton: str) -> HttpResponse:
    try:
        courriel = ouverture_de_compte.lire(jeton)
        form = FormulaireDOuvertureDeCompte(request.POST or None, courriel=courriel)
        if request.method == "POST" and form.is_valid():
            fiche = form.cleaned_data
            ouverture_de_compte.creer(
                jeton,
                {"prenom": fiche["prenom"], "nom": fiche["nom"], "mot_de_passe": fiche["mot_de_passe"]},
            )
            messages.success(request, "Votre compte est créé. Connectez-vous.")
            return redirect("connexion")
    except ouverture_de_compte.LienPerime as refus:
        return render(
            request,
            "habilitations/lien_perime.html",
            {"explication": str(refus), "page": "ouverture-de-compte"},
            status=410,
        )
    return render(
        request, "habilitations/ouverture_de_compte_terminer.html", {"form": form, "courriel": courriel}
    )
