"""The editor's space: its tokens, what administrations delegate to it."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.requete import RequeteConnectee
from habilitations.editeurs import jetons
from habilitations.forms.jetons import Adresses, Chevauchement, Revocation
from habilitations.jetons.liens import JETONS_VIVANTS
from habilitations.jetons.vie import JetonRefuse
from habilitations.models import Editeur, Jeton
from habilitations.views.communs import acteur, jamais_incarne, organisation_courante
from referentiel.une_fois import montrable, une_seule_fois

PAR_PAGE = 25


def l_editeur(request: RequeteConnectee) -> Editeur:
    """The one whose space this is: that of the organisation for which the person works now, else their first. 404 for
    who is of none."""
    siens = list(Editeur.objects.servis_par(request.user).select_related("organisation").order_by("pk"))
    if not siens:
        raise Http404
    courante = organisation_courante(request)
    return next((un for un in siens if courante and un.organisation_id == courante.pk), siens[0])


def _jeton(request: RequeteConnectee, pk: int) -> Jeton:
    siens = Editeur.objects.servis_par(request.user)
    jetons_de_l_editeur = Jeton.objects.filter(editeur__in=siens).select_related("editeur", "organisation")
    return get_object_or_404(jetons_de_l_editeur, pk=pk)


@never_cache
@require_safe
def espace(request: RequeteConnectee) -> HttpResponse:
    editeur = l_editeur(request)
    tous = list(editeur.jetons.avec_dernier_usage().order_by("-pk"))
    delegations = editeur.delegations.en_cours().select_related("habilitation__organisation")
    page = Paginator(delegations.order_by("habilitation__organisation__nom", "pk"), PAR_PAGE).get_page(
        request.GET.get("page")
    )
    terminees = editeur.delegations.exclude(reprise_le=None).select_related("habilitation__organisation")
    vivants = [jeton for jeton in tous if jeton.vivant]
    return render(
        request,
        "editeurs/espace.html",
        {
            "editeur": editeur,
            "actif": "espace",
            "vivants": vivants,
            "anciens": [jeton for jeton in tous if not jeton.vivant],
            "remplacable": len(vivants) < JETONS_VIVANTS,
            "page": page,
            "terminees": terminees.order_by("-reprise_le")[:10],
            "adresse_publique": settings.ADRESSE_PUBLIQUE,
        },
    )


@jamais_incarne
@preuve_exigee
@never_cache
@require_http_methods(["GET", "POST"])
@une_seule_fois
def montrer(request: RequeteConnectee) -> HttpResponse:
    """Issue the token, or the one that replaces it: by the button, shown once."""
    editeur = l_editeur(request)
    rotation = editeur.jetons.vivants().exists()
    form = Chevauchement(request.POST if request.method == "POST" else None, rotation=rotation)
    contexte: dict[str, object] = {"editeur": editeur, "form": form, "rotation": rotation}
    if form.is_valid():
        try:
            jeton, valeur = jetons.montrer(editeur=editeur, acteur=acteur(request), **form.cleaned_data)
        except JetonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            contexte |= {"jeton": jeton, "valeur": valeur, "adresse_publique": settings.ADRESSE_PUBLIQUE}
            return montrable(render(request, "editeurs/montrer.html", contexte))
    return render(request, "editeurs/montrer.html", contexte)


@jamais_incarne
@require_http_methods(["GET", "POST"])
@une_seule_fois
def revoquer(request: RequeteConnectee, pk: int) -> HttpResponse:
    jeton = _jeton(request, pk)
    form = Revocation(request.POST or None)
    if form.is_valid():
        try:
            jetons.revoquer(jeton=jeton, acteur=acteur(request), motif=form.cleaned_data["motif"])
        except JetonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            return _revenir(
                request, f"Le jeton {jeton.affichage} est révoqué : l'API le refuse dès maintenant."
            )
    return render(request, "editeurs/revoquer.html", {"jeton": jeton, "form": form})


@jamais_incarne
@require_http_methods(["GET", "POST"])
def adresses(request: RequeteConnectee, pk: int) -> HttpResponse:
    jeton = _jeton(request, pk)
    form = Adresses(request.POST) if request.method == "POST" else Adresses.de(jeton)
    if form.is_bound and form.is_valid():
        try:
            jetons.restreindre(jeton=jeton, acteur=acteur(request), adresses=form.lignes())
        except JetonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            return _revenir(
                request, "La liste des adresses est enregistrée : elle vaut dès le prochain appel."
            )
    return render(request, "editeurs/adresses.html", {"jeton": jeton, "form": form})


def _revenir(request: HttpRequest, dit: str) -> HttpResponse:
    messages.success(request, dit)
    return redirect("editeur")
