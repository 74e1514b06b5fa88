"""Sending a file: read as it comes, never held in memory, kept at once. What it holds, a worker will find out."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    StopUpload,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from referentiel.droits import Droits
from referentiel.imports.depots.conduite import DepotRefuse, recevoir, trop_gros
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.models import Lot
from referentiel.une_fois import montrable, une_seule_fois
from referentiel.views.cadre import rendre
from referentiel.views.depots.communs import CHOISIR, page_de_depot, signe

#: Extensions offered by browsers; the real format is found from the bytes.
EXTENSIONS = ".csv,.txt,.tsv,.xlsx,.ods"
_AUCUN = "Choisissez un fichier, puis envoyez-le."


class LimiteDeTaille(FileUploadHandler):
    """Stops keeping a file that is too large, and lets the browser finish, so that it reads the answer.

    `request.depot_trop_gros` says so to the view. Twice too large is not worth waiting for.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.maximum = settings.DEPOT_TAILLE_MAX_MO << 20
        self.recus = 0
        self.demesure = False
        request.depot_trop_gros = False  # type: ignore[attr-defined]

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self.demesure = content_length > 2 * self.maximum

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.recus += len(raw_data)
        if self.recus > self.maximum:
            self.request.depot_trop_gros = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=self.demesure)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


# Django reads the body while it looks for the anti-forgery token: the limit must be there before, hence two functions,
# the first one exempted and the second protected, as its documentation has it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@page_de_depot
def nouveau(request: HttpRequest, droits: Droits) -> HttpResponse:
    if request.method == "POST":
        # In place of the limit of every other form.
        request.upload_handlers = [
            LimiteDeTaille(request),
            MemoryFileUploadHandler(request),
            TemporaryFileUploadHandler(request),
        ]
    return _nouveau(request, droits)


@csrf_protect
@une_seule_fois
def _nouveau(request: HttpRequest, droits: Droits) -> HttpResponse:
    if request.method != "POST":
        return _formulaire(request)
    try:
        lot = _recevoir(request, droits)
    except (DepotRefuse, FichierIllisible) as refus:
        return _refuser(request, refus.message)
    adresse = reverse("gestion-depot", args=[lot.cle])
    if _par_script(request):
        return montrable(JsonResponse({"adresse": adresse}))
    return redirect(adresse)


def _recevoir(request: HttpRequest, droits: Droits) -> Lot:
    """Nothing is opened here: only the first bytes are looked at."""
    fichier = request.FILES.get("fichier")
    if getattr(request, "depot_trop_gros", False):
        raise DepotRefuse(trop_gros())
    if fichier is None:
        raise DepotRefuse(_AUCUN)
    with signe(droits):
        return recevoir(
            contenu=fichier.chunks(),
            nom_fichier=fichier.name or "",
            uais=None if droits.uais is None else list(droits.uais),
            compte_id=droits.compte_id,
        )


def _par_script(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _refuser(request: HttpRequest, message: str) -> HttpResponse:
    if _par_script(request):
        return JsonResponse({"message": message}, status=422)
    return _formulaire(request, erreur=message)


def _formulaire(request: HttpRequest, erreur: str = "") -> HttpResponse:
    contexte = {
        "etape": CHOISIR,
        "erreur": erreur,
        "maximum_mo": settings.DEPOT_TAILLE_MAX_MO,
        "maximum_octets": settings.DEPOT_TAILLE_MAX_MO << 20,
        "extensions": EXTENSIONS,
    }
    return rendre(request, "gestion/depots/nouveau.html", contexte, status=422 if erreur else 200)
