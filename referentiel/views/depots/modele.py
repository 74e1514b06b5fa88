"""What to put in a file: the page that explains its columns, the empty models, the example."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from referentiel.droits import Droits
from referentiel.imports import modele
from referentiel.views.cadre import page_de_gestion, rendre

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV = "text/csv; charset=utf-8"


@require_safe
@page_de_gestion()
def explications(request: HttpRequest, droits: Droits) -> HttpResponse:
    return rendre(
        request, "gestion/depots/modele.html", {"descriptions": modele.decrire(), "regimes": modele.REGIMES}
    )


@require_safe
@page_de_gestion()
def modele_csv(request: HttpRequest, droits: Droits) -> HttpResponse:
    return _fichier(modele.modele_csv(), "modele-inscriptions.csv", _CSV)


@require_safe
@page_de_gestion()
def modele_xlsx(request: HttpRequest, droits: Droits) -> HttpResponse:
    return _fichier(modele.modele_xlsx(), "modele-inscriptions.xlsx", _XLSX)


@require_safe
@page_de_gestion()
def exemple(request: HttpRequest, droits: Droits) -> HttpResponse:
    octets = modele.exemple_csv(aujourdhui=timezone.localdate())
    return _fichier(octets, "exemple-inscriptions.csv", _CSV)


def _fichier(octets: bytes, nom: str, type_: str) -> HttpResponse:
    return HttpResponse(
        octets, content_type=type_, headers={"Content-Disposition": f'attachment; filename="{nom}"'}
    )
