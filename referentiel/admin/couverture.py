"""Which establishments send their students, how many and since when: for the ministry."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from referentiel import francais
from referentiel.admin.base import TableDeGestion
from referentiel.admin.exports import AvecExport
from referentiel.exports.listes import RessourceCouverture
from referentiel.models import EtablissementCouvert
from referentiel.pilotage.tableau import SILENCE
from referentiel.site.gestion import gestion

LONGTEMPS = datetime.timedelta(days=90)


class DernierEnvoi(admin.SimpleListFilter):
    title = "dernier envoi"
    parameter_name = "envoi"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("recent", "Depuis moins de 30 jours"),
            ("silence", "Il y a plus de 30 jours"),
            ("longtemps", "Il y a plus de 90 jours"),
            ("aucun", "Aucune inscription"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        maintenant = timezone.now()
        match self.value():
            case "recent":
                return queryset.filter(couverture__derniere_confirmation__gte=maintenant - SILENCE)
            case "silence":
                return queryset.filter(couverture__derniere_confirmation__lt=maintenant - SILENCE)
            case "longtemps":
                return queryset.filter(couverture__derniere_confirmation__lt=maintenant - LONGTEMPS)
            case "aucun":
                return queryset.filter(couverture__isnull=True)
        return queryset


class Ouverture(admin.SimpleListFilter):
    """Closed establishments send nothing any more: they are shown only when asked for."""

    title = "situation"
    parameter_name = "situation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("fermes", "Fermés"), ("tous", "Ouverts et fermés")]

    def choices(self, changelist: ChangeList) -> Iterable[Any]:
        tous, *autres = super().choices(changelist)
        return [{**tous, "display": "Ouverts"}, *autres]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "fermes":
                return queryset.filter(ouvert=False)
            case "tous":
                return queryset
        return queryset.filter(ouvert=True)


@admin.register(EtablissementCouvert, site=gestion)
class CouvertureAdmin(AvecExport, TableDeGestion):
    ministere_seul = True
    ressource = RessourceCouverture
    list_display = ("etablissement", "uai", "academie", "inscriptions", "anomalies", "dernier_envoi")
    list_display_links = None
    list_filter = (DernierEnvoi, "type", "secteur", Ouverture)
    list_select_related = ("couverture",)
    search_fields = ("=uai", "nom", "academie", "=departement")
    search_help_text = "UAI, nom, académie ou département"
    ordering = ("nom",)

    @admin.display(description="établissement", ordering="nom")
    def etablissement(self, etablissement: EtablissementCouvert) -> str:
        return format_html(
            '<a href="{}?etablissement={}">{}</a>', reverse("gestion"), etablissement.uai, etablissement.nom
        )

    @admin.display(description="inscriptions", ordering="couverture__inscriptions")
    def inscriptions(self, etablissement: EtablissementCouvert) -> str:
        return intcomma(etablissement.vue.inscriptions) if etablissement.vue else "—"

    @admin.display(description="anomalies", ordering="couverture__anomalies")
    def anomalies(self, etablissement: EtablissementCouvert) -> str:
        return intcomma(etablissement.vue.anomalies) if etablissement.vue else "—"

    @admin.display(description="dernier envoi", ordering="couverture__derniere_confirmation")
    def dernier_envoi(self, etablissement: EtablissementCouvert) -> str:
        vue = etablissement.vue
        return francais.date(timezone.localtime(vue.derniere_confirmation)) if vue else "—"

    # No page of its own: the row links to the establishment's page.
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)
