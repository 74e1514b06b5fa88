"""What the product's two Django admins share: one way in, the portal's pages around them, read-only tables."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect


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

    # One way in, with its second factor: the portal's.
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("connexion")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("compte")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("compte")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("compte")


class Lecture:
    """Read, and nothing else: the site has said who."""

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
