"""A habilitation's tokens, for its holders and the ministry: see, replace, prolong, restrict, revoke, consumption."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from habilitations import liens, vie_du_jeton
from habilitations.acteur import Acteur
from habilitations.consommation import bilan
from habilitations.forms.base import Formulaire
from habilitations.forms.jetons import Adresses, EnvoiDeLien, Prolongation, Revocation, Rotation
from habilitations.models import Habilitation, Jeton, LienDeJeton, Role
from habilitations.views.communs import acteur

#: Who may end a token besides its holder.
MINISTERE = {Role.Nom.INSTRUCTEUR, Role.Nom.RESPONSABLE, Role.Nom.ADMINISTRATEUR}


def _habilitation(request: HttpRequest, pk: int) -> Habilitation:
    """One that this person may see; a contact who is only named sees no token."""
    visibles = Habilitation.objects.visibles_par(request.user).select_related("organisation")
    habilitation = get_object_or_404(visibles, pk=pk)
    if not _porteur(request, habilitation) and not request.user.est_agent_du_ministere:
        demandes = habilitation.demandes.all()
        if not demandes.suivies_par(request.user).exists():
            raise Http404
    return habilitation


def _porteur(request: HttpRequest, habilitation: Habilitation) -> bool:
    return habilitation.demandes.filter(demandeur=request.user).exists()


def _jeton(request: HttpRequest, pk: int, *, ministere: bool = False) -> Jeton:
    """A token that this person may act on. 404 alike for another's and for none."""
    jeton = get_object_or_404(Jeton.objects.select_related("habilitation__organisation"), pk=pk)
    if jeton.habilitation is None:
        raise Http404
    if _porteur(request, jeton.habilitation) or (ministere and MINISTERE & request.user.noms_des_roles):
        return jeton
    raise Http404


@require_GET
def jetons(request: HttpRequest, pk: int) -> HttpResponse:
    habilitation = _habilitation(request, pk)
    tous = list(habilitation.jetons.order_by("-pk"))
    vivants = [jeton for jeton in tous if jeton.vivant]
    return render(
        request,
        "jetons/jetons.html",
        {
            "habilitation": habilitation,
            "vivants": vivants,
            "anciens": [jeton for jeton in tous if not jeton.vivant],
            "lien": habilitation.liens.filter(utilise_le=None, annule_le=None).order_by("-pk").first(),
            "porteur": _porteur(request, habilitation),
            "ministere": bool(MINISTERE & request.user.noms_des_roles),
            "active": habilitation.etat == Habilitation.Etat.ACTIVE,
            "peut_remplacer": len(vivants) == 1,
            "prolongeables": [jeton.pk for jeton in vivants if vie_du_jeton.prolongeable(jeton)],
        },
    )


@require_http_methods(["GET", "POST"])
def envoyer(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a link: the first token's, or that of a replacement when one is alive."""
    habilitation = _habilitation(request, pk)
    if not _porteur(request, habilitation):
        raise Http404
    rotation = habilitation.jetons.vivants().exists()
    classe = Rotation if rotation else EnvoiDeLien
    form = classe(
        request.POST or None, initial={"destinataire": vie_du_jeton.contact_technique(habilitation)}
    )
    if form.is_valid():
        try:
            liens.envoyer_lien(
                habilitation=habilitation,
                acteur=acteur(request),
                motif=LienDeJeton.Motif.ROTATION if rotation else LienDeJeton.Motif.EMISSION,
                **form.cleaned_data,
            )
        except vie_du_jeton.JetonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(
                request,
                f"Le lien est parti à {form.cleaned_data['destinataire']}. Il est valable trois jours.",
            )
            return redirect("habilitation-jetons", pk=pk)
    return render(
        request, "jetons/envoyer.html", {"habilitation": habilitation, "form": form, "rotation": rotation}
    )


def _acte_sur_jeton(
    request: HttpRequest,
    jeton: Jeton,
    form: Formulaire,
    page: str,
    accomplir: Callable[[Acteur], object],
    dit: str,
) -> HttpResponse:
    """The pages of one act on one token: form, refusal told on the form, success told on the list."""
    if form.is_bound and form.is_valid():
        try:
            accomplir(acteur(request))
        except vie_du_jeton.JetonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, dit)
            return redirect("habilitation-jetons", pk=jeton.habilitation_id)
    return render(
        request, f"jetons/{page}.html", {"jeton": jeton, "habilitation": jeton.habilitation, "form": form}
    )


@require_http_methods(["GET", "POST"])
def revoquer(request: HttpRequest, pk: int) -> HttpResponse:
    jeton = _jeton(request, pk, ministere=True)
    form = Revocation(request.POST or None)
    return _acte_sur_jeton(
        request,
        jeton,
        form,
        "revoquer",
        lambda qui: vie_du_jeton.revoquer(jeton=jeton, acteur=qui, motif=form.cleaned_data["motif"]),
        f"Le jeton {jeton.affichage} est révoqué : l'API le refuse dès maintenant.",
    )


@require_http_methods(["GET", "POST"])
def prolonger(request: HttpRequest, pk: int) -> HttpResponse:
    jeton = _jeton(request, pk)
    form = Prolongation(request.POST or None)
    return _acte_sur_jeton(
        request,
        jeton,
        form,
        "prolonger",
        lambda qui: vie_du_jeton.prolonger(jeton=jeton, acteur=qui, rien_n_a_change=True),
        f"Le jeton {jeton.affichage} est prolongé.",
    )


@require_http_methods(["GET", "POST"])
def adresses(request: HttpRequest, pk: int) -> HttpResponse:
    jeton = _jeton(request, pk)
    form = Adresses(request.POST) if request.method == "POST" else Adresses.de(jeton)
    return _acte_sur_jeton(
        request,
        jeton,
        form,
        "adresses",
        lambda qui: vie_du_jeton.restreindre(jeton=jeton, acteur=qui, adresses=form.lignes()),
        "La liste des adresses est enregistrée : elle vaut dès le prochain appel.",
    )


@require_GET
def consommation(request: HttpRequest, pk: int) -> HttpResponse:
    jeton = get_object_or_404(Jeton.objects.select_related("habilitation"), pk=pk)
    if jeton.habilitation is None:
        raise Http404
    habilitation = _habilitation(request, jeton.habilitation_id)
    return render(
        request,
        "jetons/consommation.html",
        {"jeton": jeton, "habilitation": habilitation, "bilan": bilan(jeton)},
    )
