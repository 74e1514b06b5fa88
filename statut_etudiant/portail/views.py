"""The public pages that only say something."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from habilitations.conservation import regles
from referentiel.pilotage.tableau import chiffres_nationaux
from statut_etudiant.portail.questions import THEMES


@login_not_required
@require_safe
def page(request: HttpRequest, gabarit: str) -> HttpResponse:
    return render(request, gabarit)


@login_not_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """The figures are counted beforehand: the page costs one row."""
    national = chiffres_nationaux(aujourdhui=timezone.localdate())
    return render(request, "portail/accueil.html", {"national": national})


@login_not_required
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    return render(request, "portail/questions.html", {"themes": THEMES})


@login_not_required
@require_safe
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    """What is kept of people, and how long: the same table as the purges'."""
    return render(request, "portail/donnees_personnelles.html", {"traitements": regles.traitements()})
