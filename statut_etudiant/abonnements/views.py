"""Subscribing to the news by mail, and stopping. A GET changes nothing: mail programs open links by themselves."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from habilitations.comptes.adresse import adresse_appelant
from habilitations.comptes.verrous import ENVOI, Essai, TropDEssais
from habilitations.forms.compte import FormulaireDeCourriel
from statut_etudiant.abonnements import registre

GET_OU_POST = ["GET", "HEAD", "POST"]


@login_not_required
@never_cache
@require_http_methods(GET_OU_POST)
def demander(request: HttpRequest) -> HttpResponse:
    form = FormulaireDeCourriel(request.POST or None)
    if request.method == "POST" and form.is_valid():
        courriel = form.cleaned_data["courriel"]
        try:
            Essai((ENVOI, adresse_appelant(request) or ""))
        except TropDEssais as refus:
            form.add_error(None, f"Trop de demandes. {refus.quand}")
        else:
            registre.demander(courriel)
            return render(request, "abonnements/envoye.html", {"courriel": courriel})
    return render(request, "abonnements/demander.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(GET_OU_POST)
def confirmer(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        if request.method == "POST":
            registre.confirmer(secret)
            return render(request, "abonnements/confirmer.html", {"fait": True})
        abonnement = registre.a_confirmer(secret)
    except registre.LienInvalide:
        return render(request, "abonnements/lien_invalide.html", status=410)
    return render(request, "abonnements/confirmer.html", {"abonnement": abonnement})


@csrf_exempt  # the mail program's own button posts here (RFC 8058): the signed link is the proof
@login_not_required
@never_cache
@require_http_methods(GET_OU_POST)
def arreter(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        if request.method == "POST":
            registre.arreter(secret)
        else:
            registre.numero_a_arreter(secret)
    except registre.LienInvalide:
        return render(request, "abonnements/lien_invalide.html", status=410)
    return render(request, "abonnements/arreter.html", {"fait": request.method == "POST"})
