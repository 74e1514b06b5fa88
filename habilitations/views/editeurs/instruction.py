"""For the ministry: which organisations are software editors, since when and why."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.siret import nom_au_referentiel, organisation_du_siret
from habilitations.editeurs import designation
from habilitations.forms.editeurs import Designation, RetraitDEditeur
from habilitations.models import Editeur, Organisation
from habilitations.refus import ActeRefuse
from habilitations.views.communs import acteur, exige_role, jamais_incarne
from referentiel.une_fois import une_seule_fois

PAR_PAGE = 25

reserve = exige_role(*designation.ROLES)


@reserve
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    editeurs = Editeur.objects.select_related("organisation", "designe_par", "retire_par").annotate(
        clients=Count(
            "delegations", filter=Q(delegations__reprise_le=None, delegations__habilitation__etat="active")
        )
    )
    dans_l_ordre = editeurs.order_by(F("retire_le").desc(nulls_first=True), "organisation__nom", "-pk")
    page = Paginator(dans_l_ordre, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "editeurs/liste.html", {"page": page})


@reserve
@jamais_incarne
@preuve_exigee
@require_http_methods(["GET", "POST"])
@une_seule_fois
def designer(request: HttpRequest) -> HttpResponse:
    form = Designation(request.POST or None)
    if form.is_valid():
        siret, nom = form.cleaned_data["siret"], form.cleaned_data["nom"]
        connue = Organisation.objects.filter(siret=siret).first()
        if not nom and (connue is None or connue.sans_nom) and not nom_au_referentiel(siret):
            form.add_error("nom", "Nous ne connaissons pas cette organisation : indiquez son nom.")
        else:
            try:
                organisation = (
                    connue if connue and not connue.sans_nom else organisation_du_siret(siret=siret, nom=nom)
                )
                editeur = designation.designer(
                    organisation=organisation, motif=form.cleaned_data["motif"], acteur=acteur(request)
                )
            except ActeRefuse as refus:
                form.add_error(None, str(refus))
            else:
                messages.success(
                    request,
                    f"{editeur} est désigné comme éditeur : son espace est ouvert à ses agents vérifiés.",
                )
                return redirect("editeurs")
    return render(request, "editeurs/designer.html", {"form": form})


@reserve
@jamais_incarne
@preuve_exigee
@require_http_methods(["GET", "POST"])
@une_seule_fois
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    editeur = get_object_or_404(Editeur.objects.actifs().select_related("organisation"), pk=pk)
    form = RetraitDEditeur(request.POST or None)
    if form.is_valid():
        try:
            designation.retirer(editeur=editeur, motif=form.cleaned_data["motif"], acteur=acteur(request))
        except ActeRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(
                request, f"{editeur} n'est plus un éditeur : l'API refuse ses jetons dès maintenant."
            )
            return redirect("editeurs")
    return render(
        request,
        "editeurs/retirer.html",
        {"editeur": editeur, "form": form, "clients": editeur.delegations.en_cours().count()},
    )
