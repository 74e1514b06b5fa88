"""The establishments: a manager's own, all of them for the ministry."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse

from referentiel.admin.base import TableDeGestion
from referentiel.admin.exports import AvecExport
from referentiel.admin.imports import AvecImport
from referentiel.exports.listes import RessourceEtablissement
from referentiel.models import Etablissement, FichierAImporter
from referentiel.site.gestion import gestion
from referentiel.views import etablissements as pages


@admin.register(Etablissement, site=gestion)
class EtablissementAdmin(AvecImport, AvecExport, TableDeGestion):
    ressource = RessourceEtablissement
    objet_importe = FichierAImporter.Objet.ETABLISSEMENTS
    list_display = ("uai", "nom", "type", "secteur", "code_commune", "academie", "ouvert")
    list_filter = ("type", "secteur", "ouvert")
    search_fields = ("=uai", "nom", "=siret", "=code_commune")
    ordering = ("uai",)
    search_help_text = "UAI, nom, SIRET ou code commune"
    sortable_by = ("uai", "nom", "academie")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        etablissement = self.get_object(request, object_id)
        if etablissement is None:
            raise Http404
        return pages.fiche(request, self.droits(request), etablissement)
