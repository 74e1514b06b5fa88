"""Base of every table of the establishments' admin: rows limited to the person's rights, read-only by default, bounded
counts, no personal data in URLs.

A model shown here has a queryset with `visibles_par(droits)`. Another's row is not in the queryset: lists, searches,
filters, autocompletion, related widgets, actions and guessed addresses all start from there, and answer as for an
absent one.
"""

import re
from secrets import token_urlsafe
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import BadRequest
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from referentiel.chiffrement import Indechiffrable, chiffrer, dechiffrer
from referentiel.droits import Droits
from referentiel.site.pagination import PaginateurBorne
from referentiel.site.socle import FiltresDeclares, Lecture
from referentiel.views.cadre import droits_exiges

#: Searches remembered in a session.
RECHERCHES_GARDEES = 20
_RECHERCHES = "recherches_de_gestion"
#: What a list's checkboxes send: the keys of its rows, as PostgreSQL holds them.
_NUMERO = re.compile(r"[0-9]{1,18}")


class Liste(ChangeList):
    """A list whose search is shown as it was typed, though its address carries only a key (`TableDeGestion`)."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.cle_de_recherche = self.query
        self.query = recherche_gardee(request, self.query)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Columns that no index sorts are not sorted, even when the address asks for it."""
        if self.sortable_by is not None:
            demandes = self.params.get(ORDER_VAR, "").split(".")
            triables = [
                rang
                for rang in demandes
                if rang.lstrip("-").isdecimal()
                and int(rang.lstrip("-")) < len(self.list_display)
                and self.list_display[int(rang.lstrip("-"))] in self.sortable_by
            ]
            self.params.pop(ORDER_VAR, None)
            if triables:
                self.params[ORDER_VAR] = ".".join(triables)
        return super().get_ordering(request, queryset)


class TableDeGestion(FiltresDeclares, Lecture, admin.ModelAdmin):
    """`ministere_seul`: managers have no business with this table, and get 404."""

    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = PaginateurBorne
    actions: Any = None
    ministere_seul = False

    def droits(self, request: HttpRequest) -> Droits:
        return droits_exiges(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        lignes = self.model._default_manager
        if not hasattr(lignes, "visibles_par"):
            return super().get_queryset(request)
        visibles = lignes.visibles_par(self.droits(request))
        return visibles.order_by(*(self.get_ordering(request) or ())) if self.ordering else visibles

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.ministere_seul or self.droits(request).ministere

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Liste

    def get_action_choices(self, request: HttpRequest, default_choices: Any = None) -> list[tuple[str, str]]:
        return super().get_action_choices(request, default_choices or [("", "Choisir une action")])

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Related widgets offer and accept only the rows that the person may see."""
        lie = db_field.remote_field.model._default_manager
        if "queryset" not in kwargs and hasattr(lie, "visibles_par"):
            kwargs["queryset"] = lie.visibles_par(self.droits(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _exiger(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise Http404

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        self._exiger(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        self._exiger(request)
        return super().delete_view(request, object_id, extra_context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's journal is not kept here; the tables that have a history show it themselves."""
        raise Http404

    # Searches hold names and INE: the form is sent by POST, kept in the session, and the address holds its key only.
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self._exiger(request)
        if any("\x00" in valeur for valeurs in request.GET.lists() for valeur in valeurs[1]):
            return redirect(request.path)  # PostgreSQL knows no such text
        if request.GET.get(SEARCH_VAR) and not recherche_gardee(request, request.GET[SEARCH_VAR]):
            # A raw text, which the links of the page would carry further; or a search forgotten since.
            parametres = request.GET.copy()
            del parametres[SEARCH_VAR]
            return redirect(f"{request.path}?{parametres.urlencode()}" if parametres else request.path)
        if request.method == "POST" and SEARCH_VAR in request.POST:
            parametres = request.GET.copy()
            parametres.pop("p", None)
            parametres.pop(SEARCH_VAR, None)
            if texte := request.POST[SEARCH_VAR].replace("\0", "").strip()[:200]:
                parametres[SEARCH_VAR] = garder_recherche(request, texte)
            return redirect(
                f"{request.path}?{urlencode(parametres, doseq=True)}" if parametres else request.path
            )
        if not all(_NUMERO.fullmatch(choix) for choix in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return self.chercher(request, queryset, recherche_gardee(request, search_term))

    def chercher(
        self, request: HttpRequest, queryset: QuerySet[Any], texte: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows matching the typed text, and whether duplicates may appear. To override."""
        return super().get_search_results(request, queryset, texte)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404

    # The database keeps the history of the referential, with its author; Django's own journal would copy names.
    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        pass

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        pass

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        pass


def garder_recherche(request: HttpRequest, texte: str) -> str:
    """Remember what was typed in this session; the key that stands for it in addresses.

    Names and INE: encrypted, so that who reads the table of sessions, or a copy of it, reads none.
    """
    gardees: dict[str, str] = request.session.get(_RECHERCHES, {})
    deja = (cle for cle in gardees if recherche_gardee(request, cle) == texte)
    cle = next(deja, None) or token_urlsafe(6)
    gardees = {**{c: t for c, t in gardees.items() if c != cle}, cle: chiffrer(texte.encode()).decode()}
    request.session[_RECHERCHES] = dict(list(gardees.items())[-RECHERCHES_GARDEES:])
    return cle


def recherche_gardee(request: HttpRequest, cle: str) -> str:
    """What was typed; empty when the key is not of this session, as when a raw text was put in the address."""
    try:
        return dechiffrer(request.session.get(_RECHERCHES, {}).get(cle, "").encode()).decode()
    except Indechiffrable:
        return ""
