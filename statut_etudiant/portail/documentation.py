"""`/api/docs`: the reader of the OpenAPI document, inside the portal's frame (contract §7).

The one address under /api/ that is a page: the API's door lets it through.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from statut_etudiant.api.documentation.briques import EXEMPLE_INE
from statut_etudiant.api.documentation.documents import DOCUMENTS


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    contexte = {"adresse": settings.ADRESSE_PUBLIQUE, "ine": EXEMPLE_INE, "documents": DOCUMENTS}
    return render(request, "portail/documentation.html", contexte)
