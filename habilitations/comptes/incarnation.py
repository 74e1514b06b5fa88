"""Standing in for somebody: an administrator sees and does what the person would, under both names.

The session stays the administrator's. At each request the person takes the administrator's place in `request.user`, and
the administrator is in `request.au_nom_de`: the right to do so is checked again each time, so that it ends with the
administrator's role, with the person's account, when the person becomes an administrator, or after an hour.
"""

import time
from collections.abc import Callable

from django.contrib.auth import get_user
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from habilitations.comptes.requete import compte_connecte
from habilitations.journal import noter
from habilitations.models import Compte, JournalAcces, Role
from habilitations.refus import ActeRefuse

CLE = "incarnation"
DUREE = 3600  # seconds


class Incarnation:
    """Middleware, right after the authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The key is read from the session only if there is one: visitors cost no query.
        if request.session.session_key and CLE in request.session:
            _prendre_la_place(request)
        return self.get_response(request)


def _prendre_la_place(request: HttpRequest) -> None:
    administrateur = get_user(request)
    faits = request.session[CLE]
    compte = Compte.objects.filter(pk=faits["compte"]).first()
    if not administrateur.is_authenticated or compte is None:
        del request.session[CLE]
        return
    expiree = time.time() > faits["depuis"] + DUREE
    if expiree or empechement(administrateur=administrateur, compte=compte):
        _finir(request, administrateur=administrateur, compte=compte, cause="durée écoulée ou droit perdu")
        return
    request.user = SimpleLazyObject(lambda: compte)  # type: ignore[assignment]
    request.au_nom_de = administrateur  # type: ignore[attr-defined]


def empechement(*, administrateur: Compte, compte: Compte) -> str:
    """Why the administrator may not stand in for this person; empty when they may."""
    if Role.Nom.ADMINISTRATEUR not in administrateur.noms_des_roles:
        return "Seul un administrateur agit à la place d'une personne."
    if compte.pk == administrateur.pk:
        return "Vous êtes déjà cette personne."
    if not compte.is_active:
        return "Ce compte est fermé."
    if Role.Nom.ADMINISTRATEUR in compte.noms_des_roles:
        return "On n'agit pas à la place d'un autre administrateur."
    return ""


def commencer(request: HttpRequest, *, compte: Compte, motif: str) -> None:
    """Take this person's place. Raises ActeRefuse."""
    if getattr(request, "au_nom_de", None) is not None:
        raise ActeRefuse("Redevenez d'abord vous-même.")
    motif = motif.strip()
    if not motif:
        raise ActeRefuse("Indiquez le motif.")
    if raison := empechement(administrateur=compte_connecte(request), compte=compte):
        raise ActeRefuse(raison)
    with transaction.atomic():
        noter(
            JournalAcces.Genre.INCARNATION_DEBUT, compte=compte, auteur=compte_connecte(request), motif=motif
        )
        request.session.cycle_key()
        request.session[CLE] = {"compte": compte.pk, "depuis": time.time()}


def finir(request: HttpRequest) -> None:
    """Become oneself again; nothing when one is."""
    administrateur = getattr(request, "au_nom_de", None)
    if administrateur is not None:
        _finir(request, administrateur=administrateur, compte=compte_connecte(request), cause="demandée")


@transaction.atomic
def _finir(request: HttpRequest, *, administrateur: Compte, compte: Compte, cause: str) -> None:
    noter(JournalAcces.Genre.INCARNATION_FIN, compte=compte, auteur=administrateur, cause=cause)
    del request.session[CLE]
    # What was chosen in the person's place is not the administrator's choice.
    request.session.pop("organisation", None)
    request.session.cycle_key()
