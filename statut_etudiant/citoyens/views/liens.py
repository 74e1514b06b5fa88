"""Pages that a mail's link opens, without signing in: proving an address, stopping the mails, answering."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from statut_etudiant.citoyens import adresses, contestations
from statut_etudiant.citoyens.forms import FormulaireDeReponse
from statut_etudiant.citoyens.models import Contestation
from statut_etudiant.citoyens.rectifications import Refus
from statut_etudiant.citoyens.views.garde import rendre

REPONSES = (
    (Contestation.Etat.INJUSTIFIEE.value, "Cette consultation n'aurait pas dû avoir lieu"),
    (Contestation.Etat.JUSTIFIEE.value, "Cette consultation est justifiée"),
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prouver(request: HttpRequest, secret: str) -> HttpResponse:
    """A button, and not the link alone: mail programs open links by themselves."""
    try:
        if request.method == "POST":
            adresses.prouver(secret)
            return rendre(request, "courriel_prouve", {"fait": True})
        adresse = adresses.a_prouver(secret)
    except adresses.LienInvalide:
        return rendre(request, "lien_invalide", status=410)
    return rendre(request, "courriel_prouve", {"adresse": adresse})


@csrf_exempt  # the mail program's own button posts here (RFC 8058): the signed link is the proof
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def arreter(request: HttpRequest, secret: str) -> HttpResponse:
    if request.method == "POST":
        try:
            adresses.arreter(secret)
        except adresses.LienInvalide:
            return rendre(request, "lien_invalide", status=410)
        return rendre(request, "courriel_arrete", {"fait": True})
    return rendre(request, "courriel_arrete", {})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def repondre(request: HttpRequest, secret: str) -> HttpResponse:
    """The officer's answer, by the link of their mail: this contestation, and nothing else."""
    try:
        contestation = contestations.ouverte_par(secret)
    except contestations.LienInvalide:
        return rendre(request, "lien_invalide", status=410)
    ouverte = contestation.etat == Contestation.Etat.OUVERTE
    form = FormulaireDeReponse(request.POST if request.method == "POST" else None, choix=REPONSES)
    if request.method == "POST" and form.is_valid():
        try:
            contestations.repondre(
                contestation_id=contestation.pk,
                justifiee=form.cleaned_data["issue"] == Contestation.Etat.JUSTIFIEE,
                texte=form.cleaned_data["texte"],
                pour=contestation.organisation,
            )
        except Refus as refus:
            messages.error(request, str(refus))
        else:
            messages.success(
                request, "Votre réponse est enregistrée : la personne et le ministère peuvent la lire."
            )
        return redirect("contestation-repondre", secret)
    return rendre(
        request, "contestation_repondre", {"contestation": contestation, "form": form, "ouverte": ouverte}
    )
