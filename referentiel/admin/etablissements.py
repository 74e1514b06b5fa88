"""The establishments: a manager's own, all of them for the ministry."""

from django.contrib import admin

from referentiel.admin.base import TableDeGestion
from referentiel.admin.exports import AvecExport
from referentiel.admin.imports import AvecImport
from referentiel.admin.site import gestion
from referentiel.exports import RessourceEtablissement
from referentiel.models import Etablissement, FichierAImporter


@admin.register(Etablissement, site=gestion)
class EtablissementAdmin(AvecImport, AvecExport, TableDeGestion):
    ressource = RessourceEtablissement
    objet_importe = FichierAImporter.Objet.ETABLISSEMENTS
    list_display = ("uai", "nom", "type", "secteur", "code_commune", "academie", "ouvert")
    list_filter = ("type", "secteur", "ouvert")
    search_fields = ("=uai", "nom", "=siret", "=code_commune")
    ordering = ("uai",)
    search_help_text = "UAI, nom, SIRET ou code commune"
