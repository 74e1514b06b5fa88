"""Visitors are sent to the sign-in page; when they were sending a form, they are told that it was not saved."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from habilitations.comptes.preuve import page_du_formulaire

NON_ENREGISTRE = (
    "Votre session était fermée : ce que vous veniez d'envoyer n'est pas enregistré. Reconnectez-vous, puis "
    "recommencez."
)


Vue = Callable[..., HttpResponseBase]


class ConnexionExigee(LoginRequiredMiddleware):
    def handle_no_permission(self, request: HttpRequest, view_func: Vue) -> HttpResponseBase:  # type: ignore[override]
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        messages.warning(request, NON_ENREGISTRE)
        return redirect_to_login(
            page_du_formulaire(request),
            self.get_login_url(view_func),
            self.get_redirect_field_name(view_func),
        )
