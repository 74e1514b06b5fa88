"""The communes, as the ministry completes them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from referentiel.admin.base import TableDeGestion
from referentiel.admin.exports import AvecExport
from referentiel.admin.imports import AvecImport
from referentiel.exports.listes import RessourceCommune
from referentiel.models import Commune, FichierAImporter
from referentiel.site.gestion import gestion


class Provenance(admin.SimpleListFilter):
    title = "provenance"
    parameter_name = "provenance"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("livree", "Livrées avec le service"), ("ajoutee", "Ajoutées ou corrigées")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "livree":
                return queryset.filter(ajoutee_le__isnull=True)
            case "ajoutee":
                return queryset.filter(ajoutee_le__isnull=False)
        return queryset


@admin.register(Commune, site=gestion)
class CommuneAdmin(AvecImport, AvecExport, TableDeGestion):
    ministere_seul = True
    ressource = RessourceCommune
    objet_importe = FichierAImporter.Objet.COMMUNES
    list_display = ("code", "nom", "type", "departement", "academie", "code_actuel", "postaux", "ajoutee_le")
    list_display_links = None
    list_filter = ("type", Provenance)
    search_fields = ("=code", "nom", "=code_actuel")
    search_help_text = "Code Insee (COG) ou nom"
    ordering = ("code",)

    @admin.display(description="codes postaux")
    def postaux(self, commune: Commune) -> str:
        return " ".join(commune.codes_postaux) or "—"

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return obj is None and super().has_view_permission(request)
