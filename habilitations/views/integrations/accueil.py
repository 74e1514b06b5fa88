"""« Intégrations »: what the software of an organisation is connected to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from habilitations.comptes.requete import RequeteConnectee
from habilitations.models import CleApi, Webhook
from habilitations.views.communs import rattachement_courant


@never_cache
@require_safe
def accueil(request: RequeteConnectee) -> HttpResponse:
    lien = rattachement_courant(request)
    verifie = lien is not None and lien.verifie
    contexte: dict[str, object] = {"lien": lien, "verifie": verifie}
    if lien is not None and verifie:
        contexte["webhooks"] = Webhook.objects.filter(organisation=lien.organisation_id)
        # What no longer opens anything is history, which the access journal keeps.
        contexte["cles"] = CleApi.objects.filter(
            organisation=lien.organisation_id, revoquee_le__isnull=True
        ).select_related("cree_par")
    return render(request, "integrations/accueil.html", contexte)
