"""« Annonces »: where the ministry's staff tell everybody something. Banners, and maintenance to come."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.requete import RequeteConnectee
from habilitations.models import Role
from habilitations.views.communs import exige_role, jamais_incarne
from referentiel.une_fois import une_seule_fois
from statut_etudiant.annonces import bandeaux, maintenances
from statut_etudiant.annonces.forms import FormulaireDeBandeau, FormulaireDeMaintenance
from statut_etudiant.annonces.models import Bandeau, Maintenance

GET_OU_POST = ["GET", "HEAD", "POST"]
#: What is shown of what is over.
PASSES = 20

communicants = exige_role(Role.Nom.RESPONSABLE, Role.Nom.ADMINISTRATEUR)
#: Who may close the API.
administrateurs = exige_role(Role.Nom.ADMINISTRATEUR)


@communicants
@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    maintenant = timezone.now()
    tous, toutes = Bandeau.objects.select_related("auteur"), Maintenance.objects.select_related("auteur")
    contexte: dict[str, Any] = {
        "maintenant": maintenant,
        "bandeaux": tous.filter(fin__gt=maintenant),
        "bandeaux_passes": tous.filter(fin__lte=maintenant)[:PASSES],
        "maintenances": toutes.filter(fin__gt=maintenant, annulee_le__isnull=True),
        "maintenances_passees": toutes.exclude(fin__gt=maintenant, annulee_le__isnull=True)[:PASSES],
        "administre": Role.Nom.ADMINISTRATEUR in request.user.noms_des_roles,
    }
    return render(request, "annonces/liste.html", contexte)


@communicants
@jamais_incarne
@require_http_methods(GET_OU_POST)
@une_seule_fois
def nouveau_bandeau(request: RequeteConnectee) -> HttpResponse:
    return _ecrire_bandeau(request, Bandeau())


@communicants
@jamais_incarne
@require_http_methods(GET_OU_POST)
def bandeau(request: RequeteConnectee, pk: int) -> HttpResponse:
    return _ecrire_bandeau(request, get_object_or_404(Bandeau, pk=pk, fin__gt=timezone.now()))


def _ecrire_bandeau(request: RequeteConnectee, trouve: Bandeau) -> HttpResponse:
    form = FormulaireDeBandeau(
        request.POST or None, initial=_dit(trouve, *FormulaireDeBandeau.base_fields) if trouve.pk else {}
    )
    if request.method == "POST" and form.is_valid():
        for champ, valeur in form.cleaned_data.items():
            setattr(trouve, champ, valeur)
        bandeaux.enregistrer(trouve, auteur=request.user)
        messages.success(
            request,
            f"« {trouve.titre} » est enregistré : toutes les pages le montrent dans la minute, entre ses deux dates.",
        )
        return redirect("annonces")
    return _page(request, form, titre="Nouveau bandeau", modifie=trouve)


@communicants
@jamais_incarne
@require_http_methods(GET_OU_POST)
def retirer_bandeau(request: RequeteConnectee, pk: int) -> HttpResponse:
    trouve = get_object_or_404(Bandeau, pk=pk, fin__gt=timezone.now())
    if request.method == "POST":
        bandeaux.retirer(trouve, auteur=request.user)
        messages.success(request, f"« {trouve.titre} » est retiré.")
        return redirect("annonces")
    return render(request, "annonces/retirer.html", {"bandeau": trouve})


@administrateurs
@jamais_incarne
@require_http_methods(GET_OU_POST)
@une_seule_fois
def nouvelle_maintenance(request: RequeteConnectee) -> HttpResponse:
    return _ecrire_maintenance(request, Maintenance())


@administrateurs
@jamais_incarne
@require_http_methods(GET_OU_POST)
def maintenance(request: RequeteConnectee, pk: int) -> HttpResponse:
    return _ecrire_maintenance(request, _a_venir(pk))


def _ecrire_maintenance(request: RequeteConnectee, trouvee: Maintenance) -> HttpResponse:
    form = FormulaireDeMaintenance(
        request.POST or None, initial=_dit(trouvee, "debut", "fin", "motif") if trouvee.pk else {}
    )
    if request.method == "POST" and form.is_valid():
        for champ, valeur in form.cleaned_data.items():
            setattr(trouvee, champ, valeur)
        try:
            maintenances.declarer(trouvee, auteur=request.user)
        except maintenances.Refus as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(
                request, "La maintenance est déclarée : la page « Disponibilité » et son flux l'annoncent."
            )
            return redirect("annonces")
    return _page(request, form, titre="Déclarer une maintenance", modifie=trouvee)


@administrateurs
@jamais_incarne
@require_http_methods(GET_OU_POST)
def annuler_maintenance(request: RequeteConnectee, pk: int) -> HttpResponse:
    trouvee = _a_venir(pk)
    commencee = trouvee.debut <= timezone.now()
    if request.method == "POST":
        maintenances.finir(trouvee, auteur=request.user)
        messages.success(
            request,
            "La maintenance est finie : l'API répond de nouveau."
            if commencee
            else "La maintenance est annulée.",
        )
        return redirect("annonces")
    return render(request, "annonces/annuler.html", {"maintenance": trouvee, "commencee": commencee})


def _a_venir(pk: int) -> Maintenance:
    return get_object_or_404(Maintenance, pk=pk, fin__gt=timezone.now(), annulee_le__isnull=True)


def _dit(trouve: Bandeau | Maintenance, *champs: str) -> dict[str, Any]:
    return {champ: getattr(trouve, champ) for champ in champs}


def _page(request: HttpRequest, form: Any, *, titre: str, modifie: Bandeau | Maintenance) -> HttpResponse:
    return render(
        request,
        "annonces/ecrire.html",
        {"form": form, "titre": str(modifie) if modifie.pk else titre},
        status=422 if form.errors else 200,
    )
