"""Filters of the list, kept under a name and forgotten."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import filtres
from habilitations.forms.instruction import FiltreANommer, FiltresDesDemandes
from habilitations.refus import ActeRefuse
from habilitations.views.instruction.garde import lecteurs


@lecteurs
@require_POST
def enregistrer(request: RequeteConnectee) -> HttpResponse:
    """The filters come as the form of the list has them, and are checked as it does."""
    parametres = FiltresDesDemandes(request.POST).parametres()
    form = FiltreANommer(request.POST)
    if not form.is_valid():
        for erreur in form.errors["nom"]:
            messages.error(request, erreur)
    else:
        try:
            filtre = filtres.enregistrer(
                compte=request.user, nom=form.cleaned_data["nom"], parametres=parametres
            )
        except ActeRefuse as refus:
            messages.error(request, str(refus))
        else:
            messages.success(request, f"Les filtres sont gardés sous le nom « {filtre.nom} ».")
    return redirect(f"{reverse('instruction')}?{parametres or 'etat=soumise'}")


@lecteurs
@require_POST
def supprimer(request: RequeteConnectee, pk: int) -> HttpResponse:
    if not filtres.supprimer(compte=request.user, pk=pk):
        raise Http404
    messages.success(request, "Le filtre est supprimé.")
    return redirect("instruction")
