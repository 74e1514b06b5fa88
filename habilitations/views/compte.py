"""The person's own account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from habilitations import second_facteur
from habilitations.views.communs import organisation_courante, rattachements


@require_safe
def compte(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "habilitations/compte.html",
        {
            "compte": request.user,
            "roles": request.user.roles.filter(retire_le__isnull=True).order_by("nom"),
            "rattachements": rattachements(request),
            "organisation": organisation_courante(request),
            "appareil": second_facteur.appareil(request.user),
            "codes_restants": request.user.codes_de_secours.filter(utilise_le__isnull=True).count(),
            "proconnect": request.user.identites.exists(),
        },
    )
