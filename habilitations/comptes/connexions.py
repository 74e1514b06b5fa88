"""Opening a session once a person has proved who they are: every way of signing in goes through here.

A password, or ProConnect without its own second factor, opens nothing by itself where a second factor is due: the
person is remembered in the session, without being signed in, until the code is given.
"""

import time
from enum import StrEnum
from typing import Any

from django.contrib import auth
from django.http import HttpRequest

from habilitations.comptes import comptes_proconnect, second_facteur, sessions
from habilitations.comptes.proconnect import Agent
from habilitations.journal import noter
from habilitations.models import Compte, JournalAcces

# Keys in the session.
EN_ATTENTE = "connexion_en_attente"
A_RELIER = "proconnect_a_relier"
ID_TOKEN = "proconnect_id_token"  # noqa: S105 - its name
DUREE_DE_L_ATTENTE = 600  # seconds
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Moyen(StrEnum):
    MOT_DE_PASSE = "mot_de_passe"
    PROCONNECT = "proconnect"
    DEMONSTRATION = "demonstration"


class ResteAFaire(StrEnum):
    """What is left to do for the person to be signed in."""

    AUCUNE = "aucune"
    CODE = "code"
    ENROLEMENT = "enrolement"


def entrer(
    request: HttpRequest, compte: Compte, *, moyen: Moyen, suite: str = "", second_facteur_donne: bool = False
) -> ResteAFaire:
    """Sign the person in, or remember them until the step that is returned is done.

    `second_facteur_donne`: the proof was already made of two factors. A person who turned their own on is asked for
    it all the same, except where the provider vouches for one.
    """
    if second_facteur_donne:
        etape = ResteAFaire.AUCUNE
    elif second_facteur.appareil(compte) is not None:
        etape = ResteAFaire.CODE
    elif second_facteur.obligatoire(compte):
        etape = ResteAFaire.ENROLEMENT
    else:
        etape = ResteAFaire.AUCUNE
    if etape is ResteAFaire.AUCUNE:
        ouvrir(request, compte, moyen=moyen)
    else:
        # Another person's session in this browser ends here.
        gardes = {cle: request.session[cle] for cle in (A_RELIER,) if cle in request.session}
        auth.logout(request)
        request.session.update(gardes)
        request.session[EN_ATTENTE] = {
            "compte": compte.pk,
            "generation": compte.generation,
            "moyen": moyen,
            "suite": suite,
            "depuis": time.time(),
        }
    return etape


def retenir_a_relier(request: HttpRequest, agent: Agent, *, prouve: bool = False) -> None:
    """Link the person to the account of their address once they have signed in to it, in this browser."""
    request.session[A_RELIER] = {
        "emetteur": agent.emetteur,
        "sub": agent.sub,
        "courriel": agent.courriel,
        "prouve": prouve,
        "depuis": time.time(),
    }


def en_attente(request: HttpRequest) -> tuple[Compte, Moyen, str] | None:
    """Who gave a first factor in this session, how, and where they were going; None when nobody did, or too late."""
    faits = request.session.get(EN_ATTENTE)
    if faits is None:
        return None
    compte = Compte.objects.filter(pk=faits["compte"], generation=faits["generation"], is_active=True).first()
    if compte is None or time.time() > faits["depuis"] + DUREE_DE_L_ATTENTE:
        del request.session[EN_ATTENTE]
        return None
    return compte, Moyen(faits["moyen"]), faits["suite"]


def ouvrir(request: HttpRequest, compte: Compte, *, moyen: Moyen) -> None:
    """Open the session, under a new key."""
    request.session.pop(EN_ATTENTE, None)
    a_relier = request.session.pop(A_RELIER, None)
    auth.login(request, compte, backend=BACKEND)
    request.session[sessions.MOYEN] = moyen
    noter(JournalAcces.Genre.CONNEXION, compte=compte, auteur=compte, moyen=moyen)
    if a_relier and (moyen is Moyen.MOT_DE_PASSE or a_relier["prouve"]):
        _relier(compte, a_relier)


def _relier(compte: Compte, faits: dict[str, Any]) -> None:
    """The person came from ProConnect with this account's address, and has now proved the account too: by its
    password, or by the link sent to the address (`prouve`), and by its second factor."""
    if faits["courriel"] == compte.courriel and time.time() < faits["depuis"] + DUREE_DE_L_ATTENTE:
        comptes_proconnect.relier(compte, emetteur=faits["emetteur"], sub=faits["sub"])
