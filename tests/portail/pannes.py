"""The project's URLs, and pages that fail in every way."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from statut_etudiant.urls import handler500
from statut_etudiant.urls import urlpatterns as _du_projet

__all__ = ["handler500", "urlpatterns"]

ERREURS = {
    "en_panne": RuntimeError("numéro secret 123"),
    "base_absente": OperationalError("connection refused"),
    "interdite": PermissionDenied(),
    "douteuse": SuspiciousOperation(),
}


@login_not_required
def echouer(request: HttpRequest, nom: str) -> HttpResponse:
    raise ERREURS[nom]


urlpatterns = [
    *_du_projet,
    *(path(f"essai/{nom}", echouer, {"nom": nom}) for nom in ERREURS),
]
