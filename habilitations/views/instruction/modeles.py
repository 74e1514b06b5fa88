"""Message templates, kept by the head of the instructors."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import modeles_de_message
from habilitations.forms.instruction import FormulaireModele
from habilitations.models import Compte, Demande, Habilitation, ModeleDeMessage, Organisation
from habilitations.views.communs import jamais_incarne
from habilitations.views.instruction.garde import responsables
from referentiel.une_fois import une_seule_fois

GET_OU_POST = ["GET", "HEAD", "POST"]


@responsables
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    tous = list(ModeleDeMessage.objects.order_by("-actif", "titre"))
    par_usage = [
        (usage.label, [modele for modele in tous if modele.usage == usage.value])
        for usage in ModeleDeMessage.Usage
    ]
    return render(request, "instruction/modeles.html", {"par_usage": par_usage})


@responsables
@jamais_incarne
@require_http_methods(GET_OU_POST)
@une_seule_fois
def nouveau(request: RequeteConnectee) -> HttpResponse:
    return _ecrire(request, ModeleDeMessage())


@responsables
@jamais_incarne
@require_http_methods(GET_OU_POST)
def modele(request: RequeteConnectee, pk: int) -> HttpResponse:
    return _ecrire(request, get_object_or_404(ModeleDeMessage, pk=pk))


@responsables
@jamais_incarne
@require_POST
def activer(request: HttpRequest, pk: int) -> HttpResponse:
    """Put forward to the instructors, or no longer. Never deleted: what was sent stays explained."""
    trouve = get_object_or_404(ModeleDeMessage, pk=pk)
    trouve.actif = request.POST.get("actif") == "oui"
    trouve.save(update_fields=["actif"])
    messages.success(
        request,
        f"« {trouve.titre} » est {'proposé aux' if trouve.actif else 'retiré de la liste des'} instructeurs.",
    )
    return redirect("modeles")


def _ecrire(request: RequeteConnectee, trouve: ModeleDeMessage) -> HttpResponse:
    if request.method != "POST":
        initial = {"usage": trouve.usage, "titre": trouve.titre, "texte": trouve.texte}
        return _page(request, trouve, FormulaireModele(initial=initial if trouve.pk else {}))
    form = FormulaireModele(request.POST)
    if not form.is_valid():
        return _page(request, trouve, form, status=422)
    if "apercu" in request.POST:
        texte = modeles_de_message.remplir(
            form.cleaned_data["texte"], demande=_exemple(), compte=request.user
        )
        return _page(request, trouve, form, apercu=texte)
    for champ, valeur in form.cleaned_data.items():
        setattr(trouve, champ, valeur)
    trouve.save()
    messages.success(request, f"« {trouve.titre} » est enregistré.")
    return redirect("modeles")


def _page(
    request: HttpRequest, trouve: ModeleDeMessage, form: FormulaireModele, **contexte: Any
) -> HttpResponse:
    status = contexte.pop("status", 200)
    return render(
        request,
        "instruction/modele.html",
        {
            "modele": trouve,
            "form": form,
            "variables": modeles_de_message.VARIABLES,
            **contexte,
        },
        status=status,
    )


def _exemple() -> Demande:
    """A fictitious request, never saved, for the preview."""
    return Demande(
        pk=1234,
        type=Habilitation.Type.LECTURE,
        intitule="Tarif étudiant des transports",
        organisation=Organisation(nom="Commune d'Exemple", siret="21310555400017"),
        demandeur=Compte(prenom="Camille", nom="Martin", courriel="camille.martin@exemple.fr"),
        scopes=["mesri_inscription_etudiant", "mesri_etablissements"],
        conservation_mois=12,
    )
