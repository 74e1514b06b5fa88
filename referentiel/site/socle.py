"""What the product's two Django admins share: one way in, the portal's pages around them, read-only tables."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.templatetags import admin_list
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect


def oui_ou_non(valeur: bool | None) -> str:
    """In place of Django's icon, in lists as in sheets: what that one says aloud is « True »."""
    if valeur is None:
        return "—"
    return "Oui" if valeur else "Non"


setattr(admin_list, "_boolean_icon", oui_ou_non)  # noqa: B010 - a name that only Django reads


class SiteDuPortail(admin.AdminSite):
    """An admin inside the portal. `has_permission` says for whom; whoever else is signed in gets 403."""

    site_url = "/"
    enable_nav_sidebar = False

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        vue = super().admin_view(view, cacheable)

        @wraps(vue)
        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return vue(request, *args, **kwargs)

        return gardee

    # Signing in, out and changing passwords are done on the portal, which has the second factor.
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("connexion")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("compte")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("compte")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("compte")


class Lecture:
    """Read-only. Who may read is decided by the site."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FiltresDeclares:
    """For a ModelAdmin, before it in the bases: an address filters its list by what the page offers, and nothing else.

    Django's own rule lets any column of the table be asked about (`?password__startswith=…`): one that is not shown,
    digest or one-time link, is then read letter by letter by who may only read the list.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in {TO_FIELD_VAR, IS_POPUP_VAR, *self._parametres_des_filtres(request)}

    def _parametres_des_filtres(self, request: HttpRequest) -> set[str]:
        permis = set()
        for filtre in self.get_list_filter(request):  # type: ignore[attr-defined]
            if isinstance(filtre, type):
                permis.add(getattr(filtre, "parameter_name", ""))
            else:
                champ, genre = filtre if isinstance(filtre, (list, tuple)) else (filtre, None)
                # Fields without a closed list of values are asked about under their bare name.
                permis |= {f"{champ}", f"{champ}__exact", f"{champ}__isnull"}
                if genre is admin.EmptyFieldListFilter:
                    permis.add(f"{champ}__isempty")
        if self.date_hierarchy:  # type: ignore[attr-defined]
            permis |= {f"{self.date_hierarchy}__{partie}" for partie in ("year", "month", "day")}  # type: ignore[attr-defined]
        return permis
