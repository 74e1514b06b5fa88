"""An organisation's keys to `/api/v1/`: made and shown once, revoked."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.requete import RequeteConnectee
from habilitations.forms.cles_api import NouvelleCle
from habilitations.integrateurs import cles
from habilitations.models import CleApi
from habilitations.refus import ActeRefuse
from habilitations.views.communs import acteur, jamais_incarne
from habilitations.views.integrations.garde import organisation_exigee, organisations_verifiees
from referentiel.une_fois import montrable, une_seule_fois


@jamais_incarne
@preuve_exigee
@never_cache
@require_http_methods(["GET", "POST"])
@une_seule_fois
def nouvelle(request: RequeteConnectee) -> HttpResponse:
    organisation = organisation_exigee(request)
    form = NouvelleCle(request.POST or None)
    contexte: dict[str, object] = {"form": form, "organisation": organisation}
    if form.is_valid():
        try:
            creee = cles.creer(acteur=acteur(request), organisation=organisation, **form.cleaned_data)
        except ActeRefuse as refus:
            form.add_error(None, str(refus))
        else:
            contexte |= {"cle": creee.cle, "secret": creee.valeur}
            return montrable(render(request, "integrations/cle_nouvelle.html", contexte))
    return render(request, "integrations/cle_nouvelle.html", contexte)


@jamais_incarne
@require_http_methods(["GET", "POST"])
@une_seule_fois
def revoquer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    siennes = CleApi.objects.filter(organisation__in=organisations_verifiees(request))
    trouvee = get_object_or_404(siennes.select_related("organisation"), cle=cle)
    if request.method == "POST":
        try:
            cles.revoquer(cle=trouvee, acteur=acteur(request))
        except ActeRefuse as refus:
            messages.error(request, str(refus))
        else:
            messages.success(request, f"La clé « {trouvee.libelle} » est révoquée : l'API la refuse.")
        return redirect("integrations")
    return render(request, "integrations/cle_revoquer.html", {"cle": trouvee})
