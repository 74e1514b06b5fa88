"""The public pages that only say something."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from habilitations.conservation import regles


@login_not_required
@require_safe
def page(request: HttpRequest, gabarit: str) -> HttpResponse:
    return render(request, gabarit)


@login_not_required
@require_safe
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    """What is kept of people, and how long: the same table as the purges'."""
    return render(request, "portail/donnees_personnelles.html", {"traitements": regles.traitements()})
