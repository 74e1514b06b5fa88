"""Who may see the citizens' pages: a citizen signed in by FranceConnect, and no agent's account."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from referentiel.models import Etudiant
from statut_etudiant.citoyens import session, statut
from statut_etudiant.franceconnect.reglages import fournisseur_de_services
from statut_etudiant.middleware import EntetesDeSecurite

#: A view of these pages takes the student after the request.
Vue = Callable[..., HttpResponse]

FINIE = "Votre session est terminée. Reconnectez-vous pour continuer."


def page_de_citoyen(vue: Vue) -> Vue:
    """`vue(request, etudiant, …)`. Who is not signed in goes and signs in."""

    @login_not_required
    @wraps(vue)
    def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        citoyen: session.Citoyen | None = request.citoyen  # type: ignore[attr-defined]
        etudiant = statut.etudiant(citoyen.etudiant_id) if citoyen is not None else None
        if etudiant is None:
            if citoyen is not None:  # merged into another student meanwhile
                session.fermer(request)
            if request.method != "GET":
                messages.warning(request, FINIE)
                return redirect("mon-espace")
            return redirect(f"{reverse('mon-espace')}?{urlencode({'suite': request.get_full_path()})}")
        return vue(request, etudiant, *args, **kwargs)

    return gardee


def rendre(
    request: HttpRequest, gabarit: str, contexte: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    page = render(request, f"citoyen/{gabarit}.html", contexte, status=status)
    page.headers["Content-Security-Policy"] = politique()
    return page


def politique() -> str:
    """The site's, except that signing out goes on to FranceConnect: a browser follows no form's redirection that is
    not announced."""
    if not fournisseur_de_services():
        return EntetesDeSecurite.CSP_PAGES
    morceaux = urlsplit(settings.FRANCECONNECT_URL)
    return EntetesDeSecurite.CSP_PAGES.replace(
        "form-action 'self'", f"form-action 'self' {morceaux.scheme}://{morceaux.netloc}"
    )


def nom_pour_l_organisme(etudiant: Etudiant) -> str:
    return etudiant.nom_complet[:255]
