"""Where the pages of tokens show: among a person's habilitations, or in the establishments' admin. Each place has its
frame, its list, its addresses, and the habilitations that it is about; the rest of the pages is the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from habilitations.models import Habilitation
from habilitations.models.habilitation import HabilitationQuerySet
from referentiel.droits import Droits
from referentiel.views.cadre import rendre

PAGES = {
    "envoyer": "habilitation-lien",
    "revoquer": "jeton-revoquer",
    "prolonger": "jeton-prolonger",
    "adresses": "jeton-adresses",
    "consommation": "jeton-consommation",
}


@dataclass(frozen=True)
class Lieu:
    """`droits`: of the establishments' admin; None among one's own habilitations."""

    droits: Droits | None = None

    @property
    def gabarit(self) -> str:
        return "gestion/_cadre.html" if self.droits else "jetons/_espace.html"

    @property
    def racine(self) -> tuple[str, str]:
        """First step of the breadcrumb: label, name of URL."""
        return (
            ("Gestion des inscriptions", "gestion") if self.droits else ("Mes habilitations", "habilitations")
        )

    @property
    def montre_tout(self) -> bool:
        """Whether everybody who opens these pages sees all the tokens of the habilitations listed."""
        return self.droits is not None

    def habilitations(self, request: HttpRequest) -> HabilitationQuerySet:
        if self.droits is None:
            return Habilitation.objects.all()
        return Habilitation.objects.ecrivant_pour(self.droits)

    def liste(self, habilitation: Habilitation) -> str:
        """Where one comes from, and goes back to."""
        if self.droits is None:
            return reverse("habilitation-jetons", args=[habilitation.pk])
        return f"{reverse('gestion-jetons')}#{habilitation.numero}"

    @property
    def pages(self) -> dict[str, str]:
        """Page → name of its address here."""
        prefixe = "gestion-" if self.droits else ""
        return {page: prefixe + nom for page, nom in PAGES.items()}

    def rendre(self, request: HttpRequest, gabarit: str, contexte: Mapping[str, Any]) -> HttpResponse:
        tout = {"lieu": self, **contexte}
        if "habilitation" in contexte:
            tout["liste"] = self.liste(contexte["habilitation"])
        return rendre(request, gabarit, tout) if self.droits else render(request, gabarit, tout)


ESPACE = Lieu()
