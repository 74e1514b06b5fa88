"""Whose tokens, and what goes with them, a person may see and act on."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from habilitations.comptes.requete import RequeteConnectee
from habilitations.models import Demande, Habilitation
from habilitations.views.lieu import Lieu


def habilitation_visible(
    request: RequeteConnectee, pk: int | None, lieu: Lieu, *, tenue: bool = False
) -> Habilitation:
    """One whose tokens this person may see here; `tenue`: may act on. A contact who is only named sees none."""
    if pk is None:  # a sandbox token
        raise Http404
    habilitation = get_object_or_404(lieu.habilitations(request).select_related("organisation"), pk=pk)
    tenues = Habilitation.objects.tenues_par(request.user)
    if not tenues.filter(pk=pk).exists() and (tenue or not _lisible(request, habilitation, lieu)):
        raise Http404
    return habilitation


def _lisible(request: RequeteConnectee, habilitation: Habilitation, lieu: Lieu) -> bool:
    if lieu.montre_tout or request.user.est_agent_du_ministere:
        return True
    return Demande.objects.suivies_par(request.user).filter(habilitation=habilitation).exists()
