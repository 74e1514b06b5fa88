"""What programs fetch to understand a signed certificate: our keys, its type, the list of those withdrawn."""

import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from statut_etudiant.certificats import attestations, statuts
from statut_etudiant.certificats.cles import SansCle, trousseau


@login_not_required
@require_safe
@cache_control(public=True, max_age=statuts.FRAICHEUR)
def emetteur(request: HttpRequest) -> HttpResponse:
    try:
        publiees = json.loads(trousseau().publiees)
    except SansCle:
        raise Http404 from None
    return _pour_tous(JsonResponse({"issuer": settings.ADRESSE_PUBLIQUE, "jwks": publiees}))


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def type_de_credential(request: HttpRequest) -> HttpResponse:
    return _pour_tous(JsonResponse(attestations.description_du_type()))


@login_not_required
@require_safe
@cache_control(public=True, max_age=statuts.FRAICHEUR)
def statuts_publies(request: HttpRequest, liste: int) -> HttpResponse:
    if not statuts.existe(liste):
        raise Http404
    try:
        signee = statuts.publier(liste)
    except SansCle:
        raise Http404 from None
    return _pour_tous(HttpResponse(signee, content_type=f"application/{statuts.TYPE}"))


def _pour_tous(response: HttpResponse) -> HttpResponse:
    """A wallet that runs in a browser reads it too: nothing of it is anybody's."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
