"""« API de vos demandes »: what an organisation's software reads of its requests, with a key. The example shown is the
file that the tests run."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from habilitations.integrateurs.cles import MAXIMUM, QUOTA
from habilitations.models import CleApi
from statut_etudiant.portail.demarrer import EXEMPLES


@cache
def exemple() -> str:
    return (EXEMPLES / "api_des_demandes.txt").read_text(encoding="utf-8")


#: Right → what it opens.
ADRESSES = {
    CleApi.Portee.DEMANDES: ("/api/v1/demandes", "/api/v1/demandes/D42"),
    CleApi.Portee.COMMENCER: ("POST /api/v1/demandes",),
    CleApi.Portee.HABILITATIONS: ("/api/v1/habilitations", "/api/v1/habilitations/H17"),
    CleApi.Portee.EVENEMENTS: ("/api/v1/evenements",),
}


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portail/api_des_demandes.html",
        {
            "droits": [(droit.value, droit.label, adresses) for droit, adresses in ADRESSES.items()],
            "exemple": exemple(),
            "quota": QUOTA,
            "maximum": MAXIMUM,
        },
    )
