"""A person's organisations: adding one, choosing the current one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from habilitations import organisations
from habilitations.actes import ActeRefuse
from habilitations.forms.compte import FormulaireDOrganisation
from habilitations.views.communs import (
    acteur,
    choisir_organisation,
    rattachements,
    suite_demandee,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ajouter(request: HttpRequest) -> HttpResponse:
    suite = suite_demandee(request)
    formulaire = FormulaireDOrganisation(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            organisation = organisations.rattacher(acteur=acteur(request), **formulaire.cleaned_data)
        except ActeRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            choisir_organisation(request, organisation)
            messages.success(request, f"Vous travaillez maintenant pour {organisation.nom}.")
            return redirect(suite or "compte")
    return render(request, "habilitations/organisation_ajouter.html", {"form": formulaire, "suite": suite})


@require_POST
def choisir(request: HttpRequest, organisation_id: int) -> HttpResponse:
    for lien in rattachements(request):
        if lien.organisation_id == organisation_id:
            choisir_organisation(request, lien.organisation)
            messages.success(request, f"Vous travaillez maintenant pour {lien.organisation.nom}.")
            return redirect(suite_demandee(request) or "compte")
    # Another's organisation answers like one that does not exist.
    raise Http404
