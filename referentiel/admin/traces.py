"""Who exported what, for the ministry."""

from django.contrib import admin
from django.http import HttpRequest

from referentiel.admin.base import TableDeGestion
from referentiel.models import Export
from referentiel.site.gestion import gestion


@admin.register(Export, site=gestion)
class ExportAdmin(TableDeGestion):
    ministere_seul = True
    list_display = ("instant", "qui", "objet", "format", "lignes", "de", "avec")
    list_display_links = None
    list_filter = ("objet", "format")
    list_select_related = ("compte",)
    ordering = ("-id",)

    @admin.display(description="par")
    def qui(self, export: Export) -> str:
        par = " (un administrateur, à sa place)" if "/par:" in export.auteur else ""
        return f"{export.compte}{par}"

    @admin.display(description="établissements")
    def de(self, export: Export) -> str:
        uais = sorted(export.etablissements, key=lambda uai: -export.etablissements[uai])
        suite = f" et {len(uais) - 3} autres" if len(uais) > 3 else ""
        return ", ".join(f"{uai} ({export.etablissements[uai]})" for uai in uais[:3]) + suite or "—"

    @admin.display(description="filtres")
    def avec(self, export: Export) -> str:
        return ", ".join(f"{nom} : {choix}" for nom, choix in export.criteres.items()) or "aucun"

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return obj is None and super().has_view_permission(request)
