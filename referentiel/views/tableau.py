"""The first page of the establishments' admin."""

from django.http import HttpRequest, HttpResponse

from referentiel.droits import Droits, encarts
from referentiel.views.communs import page_de_gestion, rendre


@page_de_gestion()
def tableau(request: HttpRequest, droits: Droits) -> HttpResponse:
    return rendre(request, "gestion/tableau.html", {"encarts": encarts(droits)})
