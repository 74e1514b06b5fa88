"""Who is not signed in goes and signs in. Who was sending a form is told that it was not kept."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

NON_ENREGISTRE = (
    "Vous n'étiez plus connecté : ce que vous veniez d'envoyer n'est pas enregistré. Reconnectez-vous, puis "
    "recommencez."
)


Vue = Callable[..., HttpResponseBase]


class ConnexionExigee(LoginRequiredMiddleware):
    def handle_no_permission(self, request: HttpRequest, view_func: Vue) -> HttpResponseBase:  # type: ignore[override]
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        messages.warning(request, NON_ENREGISTRE)
        return self._vers_la_page_du_formulaire(request, view_func)

    def _vers_la_page_du_formulaire(self, request: HttpRequest, view_func: Vue) -> HttpResponse:
        """Many forms are sent to an address that shows nothing: afterwards, the page they were on is shown."""
        page = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
            page = request.get_full_path()
        morceaux = urlsplit(page)
        return redirect_to_login(
            morceaux.path + (f"?{morceaux.query}" if morceaux.query else ""),
            self.get_login_url(view_func),
            self.get_redirect_field_name(view_func),
        )
