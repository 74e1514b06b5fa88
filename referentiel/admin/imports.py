"""A list that the ministry completes with a file: the link to the page where it is sent."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse


class AvecImport:
    objet_importe: str

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        contexte = {**(extra_context or {})}
        if self.droits(request).ministere:  # type: ignore[attr-defined]
            adresse = reverse("gestion-importer", args=[self.objet_importe])
            contexte["outils"] = [*contexte.get("outils", []), ("Importer", adresse)]
        return super().changelist_view(request, contexte)  # type: ignore[misc]
