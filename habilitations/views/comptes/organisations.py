"""A person's organisations: adding one, choosing the current one, leaving one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from habilitations.comptes import organisations
from habilitations.comptes.organisations import EtablissementFerme, NomInconnu
from habilitations.forms.organisation import FormulaireDOrganisation
from habilitations.models import Rattachement
from habilitations.refus import ActeRefuse
from habilitations.views.communs import (
    acteur,
    choisir_organisation,
    jamais_incarne,
    rattachement_courant,
    rattachements,
    suite_demandee,
)
from referentiel import francais


def rattacher(request: HttpRequest, form: FormulaireDOrganisation) -> bool:
    """Work for the organisation of the form from now on; False when the form says why not."""
    if not form.is_valid():
        return False
    try:
        organisation = organisations.rattacher(acteur=acteur(request), **form.arguments())
    except EtablissementFerme as refus:
        form.demander_confirmation(str(refus))
    except NomInconnu as refus:
        form.demander_le_nom(str(refus))
    except ActeRefuse as refus:
        form.add_error(None, str(refus))
    else:
        choisir_organisation(request, organisation)
        lien = rattachement_courant(request)
        messages.success(
            request, f"Vous travaillez maintenant pour {francais.le(lien.nom if lien else organisation.nom)}."
        )
        return True
    return False


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ajouter(request: HttpRequest) -> HttpResponse:
    suite = suite_demandee(request)
    form = FormulaireDOrganisation(request.POST or None)
    if request.method == "POST" and rattacher(request, form):
        return redirect(suite or "compte")
    return render(request, "habilitations/organisation_ajouter.html", {"form": form, "suite": suite})


@require_POST
def choisir(request: HttpRequest, organisation_id: int) -> HttpResponse:
    lien = _le_mien(request, organisation_id)
    choisir_organisation(request, lien.organisation)
    messages.success(request, f"Vous travaillez maintenant pour {francais.le(lien.nom)}.")
    return redirect(suite_demandee(request) or "compte")


@jamais_incarne
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: HttpRequest, organisation_id: int) -> HttpResponse:
    lien = _le_mien(request, organisation_id)
    if request.method == "POST":
        try:
            organisations.retirer(acteur=acteur(request), organisation=lien.organisation)
        except ActeRefuse as refus:
            messages.error(request, str(refus))
        else:
            messages.success(
                request, f"{capfirst(francais.le(lien.nom))} n'est plus l'une de vos organisations."
            )
        return redirect("compte")
    return render(
        request,
        "habilitations/organisation_retirer.html",
        {"lien": lien, "suites": organisations.suites_du_retrait(lien)},
    )


def _le_mien(request: HttpRequest, organisation_id: int) -> Rattachement:
    """The person's link to this organisation; another's answers like one that does not exist."""
    for lien in rattachements(request):
        if lien.organisation_id == organisation_id:
            return lien
    raise Http404
