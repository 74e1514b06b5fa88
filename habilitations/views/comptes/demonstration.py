"""Signing in as one of the fictitious persons, by one click.

In the demonstration only: elsewhere these pages answer 404.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from habilitations.comptes import connexions, demonstration, incarnation
from habilitations.comptes.connexions import Moyen
from habilitations.views.communs import arrivee, suite_demandee


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def personnes(request: HttpRequest) -> HttpResponse:
    if not demonstration.active():
        raise Http404
    if request.method != "POST":
        return render(
            request,
            "habilitations/demonstration.html",
            {"groupes": demonstration.personnes(), "suite": suite_demandee(request)},
        )
    choisi = request.POST.get("compte", "")
    if not (choisi.isascii() and choisi.isdigit() and len(choisi) < 19):
        raise Http404
    compte = get_object_or_404(demonstration.comptes(), pk=int(choisi))
    incarnation.finir(request)
    connexions.entrer(request, compte, moyen=Moyen.DEMONSTRATION, second_facteur_donne=True)
    return redirect(suite_demandee(request) or arrivee(compte))
