"""Where the link of an invitation leads: sign in, or open an account, and accept."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from habilitations.comptes.ouverture_de_compte import LienPerime
from habilitations.forms.compte import FormulaireDOuvertureDeCompte
from habilitations.gestionnaires import collegues, invitations
from habilitations.models import Compte, Invitation
from habilitations.refus import ActeRefuse
from habilitations.views.communs import jamais_incarne
from habilitations.views.comptes.connexion import retour_a_la_connexion


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe", "confirmation")
@jamais_incarne
@require_http_methods(["GET", "HEAD", "POST"])
def ouvrir(request: HttpRequest, secret: str) -> HttpResponse:
    """A GET changes nothing: mail filters open links."""
    try:
        response = _ouvrir(request, secret, invitations.lire(secret))
    except LienPerime:
        response = render(request, "gestion/invitation_perimee.html", status=410)
    # The address holds the link's secret (see `retrait_de_jeton.retirer`).
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def _ouvrir(request: HttpRequest, secret: str, invitation: Invitation) -> HttpResponse:
    connecte = request.user if isinstance(request.user, Compte) else None
    form = None
    if connecte is None and not Compte.objects.filter(courriel=invitation.courriel).exists():
        form = FormulaireDOuvertureDeCompte(request.POST or None, courriel=invitation.courriel)
    refus = ""
    if request.method == "POST":
        try:
            if connecte is not None:
                collegues.accepter(secret=secret, compte=connecte)
                messages.success(request, "L'invitation est acceptée.")
                return redirect("gestion")
            if form is not None and form.is_valid():
                fiche = form.cleaned_data
                collegues.rejoindre(
                    secret=secret,
                    fiche={
                        "prenom": fiche["prenom"],
                        "nom": fiche["nom"],
                        "mot_de_passe": fiche["mot_de_passe"],
                    },
                )
                messages.success(request, "Votre compte est créé et l'invitation acceptée. Connectez-vous.")
                return retour_a_la_connexion(reverse("gestion"))
        except ActeRefuse as erreur:
            refus = str(erreur)
    return render(
        request,
        "gestion/invitation.html",
        {
            "invitation": invitation,
            "etablissements": invitation.etablissements.order_by("nom", "uai"),
            "form": form,
            "refus": refus,
            "autre_compte": connecte is not None and connecte.courriel != invitation.courriel,
            "ici": request.path,
        },
    )
