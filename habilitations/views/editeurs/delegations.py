"""For an administration: to which editors it delegates a reading habilitation, giving and taking back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.requete import RequeteConnectee
from habilitations.editeurs import accompagnement
from habilitations.forms.editeurs import NouvelleDelegation
from habilitations.forms.jetons import Adresses
from habilitations.jetons import delegations
from habilitations.jetons.delegations import DelegationRefusee
from habilitations.models import Delegation, Habilitation
from habilitations.views.communs import acteur, jamais_incarne
from habilitations.views.jetons.acces import habilitation_visible
from habilitations.views.lieu import ESPACE
from referentiel.une_fois import une_seule_fois


def _habilitation(request: RequeteConnectee, pk: int, *, tenue: bool = False) -> Habilitation:
    habilitation = habilitation_visible(request, pk, ESPACE, tenue=tenue)
    if habilitation.type != Habilitation.Type.LECTURE:
        raise Http404
    return habilitation


def _delegation(request: RequeteConnectee, cle: UUID) -> Delegation:
    """One that this person may act on. 404 alike for another's and for none."""
    tenues = Habilitation.objects.tenues_par(request.user)
    siennes = Delegation.objects.filter(habilitation__in=tenues)
    return get_object_or_404(
        siennes.select_related("habilitation__organisation", "editeur__organisation"), cle=cle
    )


@require_safe
def liste(request: RequeteConnectee, pk: int) -> HttpResponse:
    habilitation = _habilitation(request, pk)
    toutes = habilitation.delegations.select_related("editeur__organisation", "donnee_par", "reprise_par")
    active = habilitation.etat == Habilitation.Etat.ACTIVE
    return render(
        request,
        "editeurs/delegations.html",
        {
            "habilitation": habilitation,
            "en_cours": [une for une in toutes if une.en_cours],
            "terminees": [une for une in toutes if not une.en_cours],
            "modifiable": active and Habilitation.objects.tenues_par(request.user).filter(pk=pk).exists(),
        },
    )


def _accompagnant(habilitation: Habilitation) -> int | None:
    """The editor with which the habilitation was asked for: the likely one."""
    demande = habilitation.demandes.order_by("-pk").first()
    connu = accompagnement.de(demande) if demande is not None else None
    return connu.editeur_id if connu is not None else None


@jamais_incarne
@preuve_exigee
@require_http_methods(["GET", "POST"])
@une_seule_fois
def donner(request: RequeteConnectee, pk: int) -> HttpResponse:
    habilitation = _habilitation(request, pk, tenue=True)
    form = NouvelleDelegation(
        request.POST or None, habilitation=habilitation, initial={"editeur": _accompagnant(habilitation)}
    )
    if form.is_valid():
        editeur = form.cleaned_data["editeur"]
        try:
            delegations.donner(
                habilitation=habilitation, editeur=editeur, acteur=acteur(request), adresses=form.lignes()
            )
        except DelegationRefusee as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(
                request, f"{editeur} peut appeler l'API avec cette habilitation, dès son prochain appel."
            )
            return redirect("habilitation-delegations", pk)
    return render(
        request,
        "editeurs/deleguer.html",
        {"habilitation": habilitation, "form": form},
    )


@jamais_incarne
@require_http_methods(["GET", "POST"])
@une_seule_fois
def reprendre(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    delegation = _delegation(request, cle)
    if request.method == "POST":
        try:
            delegations.reprendre(delegation=delegation, acteur=acteur(request))
        except DelegationRefusee as refus:
            messages.error(request, str(refus))
        else:
            messages.success(
                request,
                f"La délégation est reprise : l'API refuse {delegation.editeur} dès son prochain appel.",
            )
        return redirect("habilitation-delegations", delegation.habilitation_id)
    return render(
        request,
        "editeurs/reprendre.html",
        {"delegation": delegation, "habilitation": delegation.habilitation},
    )


@jamais_incarne
@require_http_methods(["GET", "POST"])
def adresses(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    delegation = _delegation(request, cle)
    form = Adresses(request.POST) if request.method == "POST" else Adresses.de(delegation)
    if form.is_bound and form.is_valid():
        try:
            delegations.restreindre(delegation=delegation, acteur=acteur(request), adresses=form.lignes())
        except DelegationRefusee as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(
                request, "La liste des adresses est enregistrée : elle vaut dès le prochain appel."
            )
            return redirect("habilitation-delegations", delegation.habilitation_id)
    return render(
        request,
        "editeurs/delegation_adresses.html",
        {"delegation": delegation, "habilitation": delegation.habilitation, "form": form},
    )
