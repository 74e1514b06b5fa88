"""The page for a server error: the reason goes to the logs, the person reads what to do."""

import logging
import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from referentiel.indisponibilite import Absence, absence, changer_de_serveur
from statut_etudiant import ecritures_suspendues, maintenance

journal = logging.getLogger(__name__)

RETENTER = 30  # seconds


@requires_csrf_token
def anomalie(request: HttpRequest) -> HttpResponse:
    """Called by Django while it handles the exception. The templates are given no context: nothing of what failed
    (database, session) must be needed to say so."""
    exception = sys.exc_info()[1]
    route = getattr(request.resolver_match, "route", "")
    faits = {"methode": request.method, "route": route}
    manque = absence(exception)
    if manque is None:
        journal.error("anomalie", exc_info=exception, extra={"faits": faits})
        return HttpResponse(loader.get_template("500.html").render(), status=500)
    changer_de_serveur(manque)
    if (fenetre := maintenance.en_cours()) is not None:
        return ecritures_suspendues.page(request, fenetre)
    faits["absence"] = manque.name
    journal.error("service indisponible : %s", manque.value, exc_info=exception, extra={"faits": faits})
    page = loader.get_template("503.html").render({"mise_a_jour": manque is Absence.STRUCTURE})
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETENTER), "Cache-Control": "no-store"})
