"""Where the one-time link leads: the token is issued and shown once. And the sandbox token of a draft."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from habilitations.comptes.requete import RequeteConnectee
from habilitations.forms.jetons import Format
from habilitations.jetons import liens, vie
from habilitations.jetons.premier_appel import commande
from habilitations.models import Demande, Habilitation, Jeton
from habilitations.views.communs import acteur
from referentiel.models import Etablissement
from referentiel.une_fois import montrable, une_seule_fois


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@une_seule_fois
def retirer(request: HttpRequest, secret: str) -> HttpResponse:
    """A GET changes nothing (mail filters open links): the token is issued by the button."""
    try:
        lien = liens.lien_ouvert(secret)
        lecture = lien.habilitation.type == Habilitation.Type.LECTURE
        form = Format(request.POST if request.method == "POST" else None) if lecture else None
        contexte: dict[str, object] = {"lien": lien, "habilitation": lien.habilitation, "form": form}
        if request.method == "POST" and (form is None or form.is_valid()):
            jeton, valeur = liens.retirer(secret=secret, en_jwt=form is not None and form.en_jwt)
            response = montrable(render(request, "jetons/retrait.html", contexte | _montrer(jeton, valeur)))
        else:
            response = render(request, "jetons/retrait.html", contexte)
    except vie.JetonRefuse as refus:
        response = render(request, "jetons/lien_inutilisable.html", {"refus": refus}, status=410)
    # The address holds the link's secret: no page that is visited next may learn it. Not `no-referrer`, under which
    # browsers send the button's form with `Origin: null`, which the CSRF protection refuses.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@une_seule_fois
def essayer(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The sandbox token of a request: asked again, it replaces the previous one."""
    demande = get_object_or_404(Demande.objects.essayees_par(request.user), pk=pk)
    contexte: dict[str, object] = {"demande": demande}
    ecriture = demande.type == Habilitation.Type.ECRITURE
    fictifs = list(Etablissement.objects.filter(fictif=True, ouvert=True).order_by("uai")) if ecriture else []
    contexte["fictifs"] = fictifs
    form = None if ecriture else Format(request.POST if request.method == "POST" else None)
    contexte["form"] = form
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            jeton, valeur = vie.essayer(
                demande=demande,
                acteur=acteur(request),
                uais_fictifs=[e.uai for e in fictifs],
                en_jwt=form is not None and form.en_jwt,
            )
            contexte |= _montrer(jeton, valeur)
            contexte["commande"] = commande(jeton, valeur, adresse=settings.ADRESSE_PUBLIQUE)
            return montrable(render(request, "jetons/bac_a_sable.html", contexte))
        except vie.JetonRefuse as refus:
            contexte["refus"] = str(refus)
    if request.method != "POST":
        contexte["ancien"] = demande.jetons_d_essai.vivants().order_by("-pk").first()
    return render(request, "jetons/bac_a_sable.html", contexte)


def _montrer(jeton: Jeton, valeur: str) -> dict[str, object]:
    return {"jeton": jeton, "valeur": valeur, "adresse_publique": settings.ADRESSE_PUBLIQUE}
