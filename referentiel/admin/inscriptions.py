"""The inscriptions: listed newest first, searched, filtered, confirmed and withdrawn together; entered and corrected on
pages of their own (`referentiel.views.inscriptions`)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from referentiel.admin.base import Liste, TableDeGestion, recherche_gardee
from referentiel.admin.etudiants import AIDE
from referentiel.admin.exports import AvecExport
from referentiel.admin.filtres import NonConfirmees, ParAnnee, ParDepot, ParEtablissement, ParMois
from referentiel.ecriture.ensembles import confirmer, retirer_ensemble
from referentiel.exports.listes import RessourceInscription
from referentiel.models import Etudiant, Inscription
from referentiel.nomenclatures import Statut
from referentiel.saisie import etudiants
from referentiel.site.gestion import gestion
from referentiel.site.pagination import PaginateurBorne
from referentiel.views import inscriptions as pages
from referentiel.views.cadre import rendre

#: A search that finds more people shows the inscriptions of these, and says so.
ETUDIANTS_MAXIMUM = 500
#: Beyond, one condition on all of them costs less than a part of the query for each.
PARTS_MAXIMUM = 30


class PaginateurDInscriptions(PaginateurBorne):
    """First which rows, read in the index alone, then those rows: filters that few records pass read no others.

    Each establishment's part is read in the order of its own index and cut at once: one list of establishments in a
    single condition would have PostgreSQL walk through everybody's records, or sort all of theirs, for one page.
    """

    etablissements: Sequence[int] = ()

    def page(self, number: int | str) -> Page[Any]:
        numero = self.validate_number(number)
        debut, fin = (numero - 1) * self.per_page, min(numero * self.per_page, self.count)
        lignes: Any = self.object_list
        if not self.count:
            return Page(lignes.none(), numero, self)
        identifiants = lignes.select_related(None).values_list("pk", flat=True)
        if 1 < len(self.etablissements) <= PARTS_MAXIMUM:
            parts = [
                identifiants.filter(etablissement=un).order_by("-pk")[:fin] for un in self.etablissements
            ]
            identifiants = parts[0].union(*parts[1:], all=True).order_by("-pk")
        return Page(lignes.filter(pk__in=list(identifiants[debut:fin])), numero, self)


class ListeDInscriptions(Liste):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page:  # Django would read it all at once
            self.result_list = self.paginator.page(1).object_list


@admin.register(Inscription, site=gestion)
class InscriptionAdmin(AvecExport, TableDeGestion):
    ressource = RessourceInscription
    list_select_related = ("etudiant", "etablissement")
    sortable_by = ()
    search_fields = ("etudiant__ine",)
    search_help_text = AIDE
    paginator = PaginateurDInscriptions
    ordering = ("-pk",)
    actions = ("confirmer_les_admissions", "retirer_les_inscriptions")
    actions_on_bottom = False

    def get_list_display(self, request: HttpRequest) -> Sequence[str]:
        droits = self.droits(request)
        plusieurs = droits.etablissements is None or len(droits.etablissements) > 1
        return (
            "etudiant_nomme",
            "ine_masque",
            *(["etablissement"] if plusieurs else []),
            "statut",
            "regime",
            "debut",
            "fin",
            "diplome_ou_rien",
            "source",
            "confirmee",
        )

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        filtres: list[Any] = [ParEtablissement]
        if self.est_bornee(request):
            filtres += ["statut", "regime", ParAnnee, ParMois, "source", NonConfirmees]
        return [*filtres, ParDepot]

    def est_bornee(self, request: HttpRequest) -> bool:
        """Whether the list is of some establishments, students or deposit. Those of the whole country are shown, not
        filtered nor acted upon: there are tens of millions."""
        cherche = bool(recherche_gardee(request, request.GET.get("q", "")))
        precise = bool(request.GET.get("uai") or request.GET.get("lot"))
        return not self.droits(request).ministere or precise or cherche

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Liste]:
        return ListeDInscriptions

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        paginateur: Any = super().get_paginator(request, queryset, *args, **kwargs)
        if not request.GET.get("uai"):
            paginateur.etablissements = sorted(self.droits(request).etablissements or ())
        return paginateur

    def chercher(
        self, request: HttpRequest, queryset: QuerySet[Any], texte: str
    ) -> tuple[QuerySet[Any], bool]:
        if not texte:
            return queryset, False
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
                request,
                f"Plus de {ETUDIANTS_MAXIMUM} étudiants répondent : précisez la recherche. Seules les inscriptions "
                f"de {ETUDIANTS_MAXIMUM} d'entre eux sont montrées.",
            )
        return queryset.filter(etudiant__in=ids[:ETUDIANTS_MAXIMUM]), False

    # --- columns

    @admin.display(description="Étudiant")
    def etudiant_nomme(self, inscription: Inscription) -> str:
        etudiant = inscription.etudiant
        return f"{etudiant.nom_naissance} {etudiant.prenom}".strip()

    @admin.display(description="INE")
    def ine_masque(self, inscription: Inscription) -> str:
        return inscription.etudiant.ine_masque

    @admin.display(description="Début")
    def debut(self, inscription: Inscription) -> str:
        return f"{inscription.date_debut:%d/%m/%Y}"

    @admin.display(description="Fin")
    def fin(self, inscription: Inscription) -> str:
        return f"{inscription.date_fin:%d/%m/%Y}"

    @admin.display(description="Diplôme", empty_value="—")
    def diplome_ou_rien(self, inscription: Inscription) -> str | None:
        return inscription.diplome or None

    @admin.display(description="Confirmée le")
    def confirmee(self, inscription: Inscription) -> str:
        return f"{timezone.localtime(inscription.confirmee_le):%d/%m/%Y}"

    # --- pages

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return pages.saisir(request, self.droits(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return pages.corriger(request, self.droits(request), object_id)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return pages.retirer(request, self.droits(request), object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return pages.historique(request, self.droits(request), object_id)

    # --- acts on many

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Ours, without Django's own deletion, which would load every row."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description="Confirmer les admissions (admis → inscrit)")
    def confirmer_les_admissions(
        self, request: HttpRequest, queryset: QuerySet[Inscription]
    ) -> HttpResponse | None:
        return self._agir(
            request, queryset.filter(statut=Statut.ADMIS), confirmer, "confirmer_les_admissions"
        )

    @admin.action(description="Retirer les inscriptions")
    def retirer_les_inscriptions(
        self, request: HttpRequest, queryset: QuerySet[Inscription]
    ) -> HttpResponse | None:
        return self._agir(request, queryset, retirer_ensemble, "retirer_les_inscriptions")

    def _agir(
        self, request: HttpRequest, lignes: QuerySet[Inscription], acte: Callable[..., int], nom: str
    ) -> HttpResponse | None:
        """Ask for confirmation with the exact number of rows; if the number has changed when confirmed, ask again."""
        toutes = request.POST.get("select_across") == "1"
        if toutes and not self.est_bornee(request):
            messages.error(
                request, "Choisissez d'abord un établissement : la liste entière ne se modifie pas."
            )
            return None
        nombre = lignes.order_by().count()
        if not nombre:
            messages.warning(request, RIEN_A_FAIRE[nom])
            return None
        if request.POST.get("nombre") == str(nombre):
            faites = acte(lignes, auteur=self.droits(request).auteur)
            messages.success(request, FAIT[nom][faites > 1].format(nombre=faites))
            return redirect(request.get_full_path())
        contexte = {
            "acte": nom,
            "nombre": nombre,
            "change": "nombre" in request.POST,
            "toutes": toutes,
            "choisies": request.POST.getlist(ACTION_CHECKBOX_NAME),
        }
        return rendre(request, "gestion/inscriptions_acte.html", contexte)


RIEN_A_FAIRE = {
    "confirmer_les_admissions": "Aucune admission parmi les inscriptions choisies : il n'y a rien à confirmer.",
    "retirer_les_inscriptions": "Aucune inscription choisie.",
}
FAIT = {
    "confirmer_les_admissions": ("{nombre} admission confirmée.", "{nombre} admissions confirmées."),
    "retirer_les_inscriptions": ("{nombre} inscription retirée.", "{nombre} inscriptions retirées."),
}
