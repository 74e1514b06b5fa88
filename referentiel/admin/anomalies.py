"""The ministry's anomalies desk: what is to be looked at, oldest first. The pages: `referentiel.views.anomalies`."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from referentiel.admin.base import TableDeGestion
from referentiel.admin.filtres import Choix, Filtre, ParEtablissement
from referentiel.identifiants import IdentifiantInvalide, normaliser_uai
from referentiel.models import Anomalie, Etudiant
from referentiel.saisie import etudiants
from referentiel.site.gestion import gestion
from referentiel.views import anomalies as pages

AIDE = "Un UAI, un INE, ou un nom de naissance suivi si besoin d'un prénom ou d'une date de naissance (JJ/MM/AAAA)"
#: A search that finds more students shows the anomalies of these.
ETUDIANTS_MAXIMUM = 500


class AvecDefaut(Filtre):
    """A filter with a default: no value means the first choice, and « toutes » is an explicit choice."""

    premier = ""

    def choices(self, changelist: ChangeList) -> Iterable[Any]:
        choix = list(super().choices(changelist))
        choix[0]["display"] = self.premier
        return choix


class ParEtat(AvecDefaut):
    title = "état"
    parameter_name = "etat"
    premier = "À traiter"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choix:
        return [("closes", "Traitées"), ("toutes", "Toutes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Anomalie]) -> QuerySet[Anomalie]:
        if self.value() is None:
            return queryset.filter(traitee_le__isnull=True)
        if self.value() == "closes":
            return queryset.filter(traitee_le__isnull=False)
        return queryset if self.value() == "toutes" else queryset.none()


@admin.register(Anomalie, site=gestion)
class AnomalieAdmin(TableDeGestion):
    ministere_seul = True
    list_display = (
        "signalee",
        "type",
        "etudiant_nomme",
        "ine_masque",
        "nom_recu",
        "etablissement_ou_rien",
        "etat",
    )
    list_display_links = ("signalee",)
    list_filter = (ParEtat, "type", ParEtablissement)
    list_select_related = ("etudiant", "etablissement")
    sortable_by = ()
    search_fields = ("etudiant__ine",)
    search_help_text = AIDE
    ordering = ("signalee_le", "id")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        liste = super().get_changelist_instance(request)
        liste.title = "Anomalies"
        return liste

    def chercher(
        self, request: HttpRequest, queryset: QuerySet[Any], texte: str
    ) -> tuple[QuerySet[Any], bool]:
        if not texte:
            return queryset, False
        try:
            return queryset.filter(etablissement__uai=normaliser_uai(texte)), False
        except IdentifiantInvalide:
            pass
        try:
            trouves = etudiants.chercher(
                Etudiant.objects.visibles_par(self.droits(request)), etudiants.lire(texte)
            )
        except etudiants.SaisieIncomprise as incomprise:
            messages.warning(request, str(incomprise))
            return queryset.none(), False
        ids = list(trouves.values_list("pk", flat=True)[: ETUDIANTS_MAXIMUM + 1])
        if len(ids) > ETUDIANTS_MAXIMUM:
            messages.warning(
                request, f"Plus de {ETUDIANTS_MAXIMUM} étudiants répondent : précisez la recherche."
            )
        return queryset.filter(etudiant__in=ids[:ETUDIANTS_MAXIMUM]), False

    @admin.display(description="Signalée le")
    def signalee(self, anomalie: Anomalie) -> str:
        return f"{timezone.localtime(anomalie.signalee_le):%d/%m/%Y}"

    @admin.display(description="Étudiant")
    def etudiant_nomme(self, anomalie: Anomalie) -> str:
        return f"{anomalie.etudiant.nom_naissance} {anomalie.etudiant.prenom}".strip()

    @admin.display(description="INE")
    def ine_masque(self, anomalie: Anomalie) -> str:
        return anomalie.etudiant.ine_masque

    @admin.display(description="Nom reçu")
    def nom_recu(self, anomalie: Anomalie) -> str:
        nom, prenoms = anomalie.recu.get("nomNaissance"), anomalie.recu.get("prenoms")
        return " ".join([nom, *prenoms[:1]]) if nom and prenoms else "—"

    @admin.display(description="Établissement")
    def etablissement_ou_rien(self, anomalie: Anomalie) -> str:
        return str(anomalie.etablissement) if anomalie.etablissement else "—"

    @admin.display(description="État")
    def etat(self, anomalie: Anomalie) -> str:
        return anomalie.get_decision_display() or "À\u00a0traiter"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponseBase:
        return pages.fiche(request, numero=object_id)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponseBase:
        return self.change_view(request, object_id)
