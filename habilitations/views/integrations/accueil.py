"""« Intégrations »: what the software of an organisation is connected to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from habilitations.comptes.requete import RequeteConnectee
from habilitations.models import Webhook
from habilitations.views.communs import rattachement_courant


@never_cache
@require_safe
def accueil(request: RequeteConnectee) -> HttpResponse:
    lien = rattachement_courant(request)
    verifie = lien is not None and lien.verifie
    webhooks = Webhook.objects.filter(organisation=lien.organisation_id) if lien and verifie else []
    return render(
        request, "integrations/accueil.html", {"lien": lien, "verifie": verifie, "webhooks": webhooks}
    )
