"""The pairs of students who may be one person. The pages: `referentiel.views.fusions`."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from referentiel.admin.anomalies import AvecDefaut
from referentiel.admin.base import TableDeGestion
from referentiel.admin.filtres import Choix
from referentiel.models import DoublonPossible, Etudiant
from referentiel.site.gestion import gestion
from referentiel.views import fusions as pages


class ParEtat(AvecDefaut):
    title = "état"
    parameter_name = "etat"
    premier = "À examiner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choix:
        return [("ecartes", "Écartés"), ("tous", "Tous")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[DoublonPossible]
    ) -> QuerySet[DoublonPossible]:
        if self.value() is None:
            return queryset.filter(ecarte_le__isnull=True)
        if self.value() == "ecartes":
            return queryset.filter(ecarte_le__isnull=False)
        return queryset if self.value() == "tous" else queryset.none()


def _nomme(etudiant: Etudiant) -> str:
    return f"{etudiant.nom_naissance} {', '.join(etudiant.prenoms)} ({etudiant.ine_masque})"


@admin.register(DoublonPossible, site=gestion)
class DoublonPossibleAdmin(TableDeGestion):
    ministere_seul = True
    list_display = ("signale", "un", "autre", "naissance", "etat")
    list_display_links = ("signale",)
    list_filter = (ParEtat,)
    list_select_related = ("premier", "second")
    sortable_by = ()
    ordering = ("signale_le", "id")

    @admin.display(description="Signalé le")
    def signale(self, doublon: DoublonPossible) -> str:
        return f"{timezone.localtime(doublon.signale_le):%d/%m/%Y}"

    @admin.display(description="Un étudiant")
    def un(self, doublon: DoublonPossible) -> str:
        return _nomme(doublon.premier)

    @admin.display(description="Un autre")
    def autre(self, doublon: DoublonPossible) -> str:
        return _nomme(doublon.second)

    @admin.display(description="Nés le")
    def naissance(self, doublon: DoublonPossible) -> str:
        return doublon.premier.naissance()

    @admin.display(description="État")
    def etat(self, doublon: DoublonPossible) -> str:
        return (
            f"Écarté le {timezone.localtime(doublon.ecarte_le):%d/%m/%Y}"
            if doublon.ecarte_le
            else "À examiner"
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponseBase:
        return pages.doublon(request, numero=object_id)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponseBase:
        return self.change_view(request, object_id)
