"""Uses that look wrong, tokens suspended, and the register of treatments."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from habilitations.conservation import regles
from habilitations.jetons import surveillance, suspension
from habilitations.models import Compte, Jeton, Suspension
from habilitations.views.communs import acteur
from habilitations.views.protection.garde import page_du_delegue
from referentiel import francais
from referentiel.models import Alerte

PAR_PAGE = 25


@page_du_delegue
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    page = Paginator(Alerte.objects.all(), PAR_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "protection/alertes.html",
        {
            "page": page,
            "lignes": [(une, _sujet(une), surveillance.mesures_lisibles(une)) for une in page],
            "suspendus": Suspension.objects.filter(levee_le__isnull=True).select_related(
                "jeton__organisation", "jeton__habilitation"
            ),
        },
    )


@page_du_delegue
@require_POST
def voir(request: HttpRequest, alerte_id: int) -> HttpResponse:
    vues = Alerte.objects.filter(pk=alerte_id, vue_le__isnull=True).update(
        vue_le=timezone.now(), vue_par=acteur(request).nom_affiche
    )
    if vues:
        messages.success(request, "L'alerte est marquée comme vue.")
    return redirect("alertes")


@page_du_delegue
@require_POST
def rendre(request: HttpRequest, suspension_id: int) -> HttpResponse:
    if suspension.rendre(suspension_id=suspension_id, acteur=acteur(request)):
        messages.success(request, "Le jeton est rendu : il est accepté dès le prochain appel.")
    else:
        messages.error(request, "Ce jeton a été rendu, révoqué ou remplacé entre-temps.")
    return redirect("alertes")


@page_du_delegue
@require_safe
def registre(request: HttpRequest) -> HttpResponse:
    return render(request, "protection/registre.html", {"traitements": regles.traitements()})


def _sujet(alerte: Alerte) -> str:
    """Whose use, in words."""
    genre, _, numero = alerte.sujet.partition(":")
    if genre == "jeton":
        jeton = Jeton.objects.select_related("organisation").filter(pk=int(numero)).first()
        return f"Jeton J{numero} {francais.de(jeton.organisation.nom)}" if jeton else f"Jeton J{numero}"
    if genre == "compte":
        compte = Compte.objects.filter(pk=int(numero)).first()
        return f"Compte {francais.de(compte)}" if compte else f"Compte n° {numero}"
    return f"{genre.upper()} {numero}"
