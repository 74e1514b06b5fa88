"""The person's own account: what it says, its name, its address."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes import changement_de_courriel, second_facteur
from habilitations.comptes.adresse import adresse_appelant
from habilitations.comptes.ouverture_de_compte import LienPerime
from habilitations.comptes.requete import RequeteConnectee
from habilitations.comptes.verrous import ENVOI, Essai, TropDEssais
from habilitations.forms.compte import FormulaireDeNom, FormulaireDeNouveauCourriel
from habilitations.views.communs import jamais_incarne, organisation_courante, rattachements
from habilitations.views.comptes.mot_de_passe import actuel_confirme, garder_la_session


@never_cache
@require_safe
def compte(request: RequeteConnectee) -> HttpResponse:
    return render(
        request,
        "habilitations/compte.html",
        {
            "compte": request.user,
            "roles": request.user.roles.filter(retire_le__isnull=True).order_by("nom"),
            "rattachements": rattachements(request),
            "organisation": organisation_courante(request),
            "appareil": second_facteur.appareil(request.user),
            "obligatoire": second_facteur.obligatoire(request.user),
            "codes_restants": request.user.codes_de_secours.filter(utilise_le__isnull=True).count(),
            "proconnect": request.user.identites.exists(),
        },
    )


@jamais_incarne
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def nom(request: RequeteConnectee) -> HttpResponse:
    initial = {"prenom": request.user.prenom, "nom": request.user.nom}
    form = FormulaireDeNom(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        request.user.prenom = form.cleaned_data["prenom"]
        request.user.nom = form.cleaned_data["nom"]
        request.user.save(update_fields=["prenom", "nom"])
        messages.success(request, "Votre nom est changé.")
        return redirect("compte")
    return render(request, "habilitations/compte_nom.html", {"form": form})


@jamais_incarne
@never_cache
@sensitive_post_parameters("actuel")
@require_http_methods(["GET", "HEAD", "POST"])
def courriel(request: RequeteConnectee) -> HttpResponse:
    form = FormulaireDeNouveauCourriel(request.POST or None, compte=request.user)
    if request.method == "POST" and form.is_valid() and actuel_confirme(request, form):
        nouveau = form.cleaned_data["courriel"]
        try:
            Essai((ENVOI, adresse_appelant(request) or ""))
        except TropDEssais as refus:
            form.add_error(None, f"Trop de demandes. {refus.quand}")
        else:
            changement_de_courriel.demander(compte=request.user, nouveau=nouveau)
            messages.success(
                request, f"Un message est parti à {nouveau}. L'adresse changera quand vous l'aurez confirmée."
            )
            return redirect("compte")
    return render(request, "habilitations/compte_courriel.html", {"form": form})


@jamais_incarne
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirmer_courriel(request: RequeteConnectee, jeton: str) -> HttpResponse:
    """The link opens a page with a button: mail scanners open links, they do not press buttons."""
    try:
        nouveau = changement_de_courriel.lire(jeton=jeton, compte=request.user)
        if request.method == "POST":
            changement_de_courriel.confirmer(jeton=jeton, compte=request.user)
            garder_la_session(request)
            messages.success(request, "Votre adresse est changée. Vos autres sessions sont fermées.")
            return redirect("compte")
    except LienPerime as refus:
        return render(
            request,
            "habilitations/lien_perime.html",
            {"explication": str(refus), "page": "compte-courriel"},
            status=410,
        )
    return render(request, "habilitations/compte_courriel_confirmer.html", {"nouveau": nouveau})
