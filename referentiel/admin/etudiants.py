"""The students: found by INE or by name, never listed; each sheet opened is journaled before it is shown."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from referentiel.admin.base import TableDeGestion
from referentiel.journal import historiques
from referentiel.journal.consultations import HISTORIQUE, IDENTITE, INSCRIPTIONS, consigner
from referentiel.models import Etudiant, Inscription
from referentiel.saisie import etudiants
from referentiel.site.gestion import gestion
from referentiel.site.pagination import PaginateurBorne
from referentiel.views.cadre import rendre

AIDE = "Un INE, ou un nom de naissance suivi si besoin d'un prénom ou d'une date de naissance (JJ/MM/AAAA)"


class PaginateurDEtudiants(PaginateurBorne):
    """When more people match, the person is asked to refine the search."""

    maximum = 500


@admin.register(Etudiant, site=gestion)
class EtudiantAdmin(TableDeGestion):
    list_display = ("nom", "prenoms_a_la_suite", "naissance", "ine_masque")
    sortable_by = ()
    search_fields = ("ine",)
    search_help_text = AIDE
    paginator = PaginateurDEtudiants
    #: The order of the index that the search reads.
    ordering = ("cle_nom", "date_naissance", "cle_prenom")

    @admin.display(description="Nom de naissance")
    def nom(self, etudiant: Etudiant) -> str:
        return etudiant.nom_naissance

    @admin.display(description="Prénoms")
    def prenoms_a_la_suite(self, etudiant: Etudiant) -> str:
        return ", ".join(etudiant.prenoms)

    @admin.display(description="Date de naissance")
    def naissance(self, etudiant: Etudiant) -> str:
        return etudiant.naissance()

    @admin.display(description="INE")
    def ine_masque(self, etudiant: Etudiant) -> str:
        return etudiant.ine_masque

    def chercher(
        self, request: HttpRequest, queryset: QuerySet[Any], texte: str
    ) -> tuple[QuerySet[Any], bool]:
        if not texte:
            return queryset.none(), False
        try:
            return etudiants.chercher(queryset, etudiants.lire(texte)), False
        except etudiants.SaisieIncomprise as incomprise:
            messages.warning(request, str(incomprise))
            return queryset.none(), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        etudiant = self._etudiant(request, object_id)
        droits = self.droits(request)
        consigner(
            request,
            droits,
            etudiants=[etudiant.pk],
            categories=[IDENTITE, INSCRIPTIONS, HISTORIQUE],
        )
        inscriptions = Inscription.objects.visibles_par(droits).filter(etudiant=etudiant)
        return rendre(
            request,
            "gestion/etudiant.html",
            {
                "etudiant": etudiant,
                "inscriptions": inscriptions.select_related("etablissement").order_by("-date_debut", "-pk"),
                "evenements": historiques.d_un_etudiant(etudiant, droits),
            },
        )

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The sheet holds the history."""
        return self.change_view(request, object_id)

    def _etudiant(self, request: HttpRequest, object_id: str) -> Etudiant:
        etudiant = self.get_object(request, object_id)
        if etudiant is None:
            raise Http404
        return etudiant
