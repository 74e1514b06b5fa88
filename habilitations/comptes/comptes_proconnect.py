"""Finds or makes the account of a person whom ProConnect has identified.

A person is known by issuer and `sub`. An address is theirs only if ProConnect verified it, or once they have opened the
link sent to it: until then it matches no account, no contact and no invitation. An account that is somebody's already
is never handed over on the provider's word alone: its owner proves it by that link too, then by the second factor.
"""

from enum import StrEnum

from django.db import transaction

from habilitations.comptes import changement_de_courriel, organisations, second_facteur
from habilitations.comptes.proconnect import Agent
from habilitations.journal import noter
from habilitations.models import Compte, Identite, JournalAcces, Organisation


class AdresseAProuver(Exception):
    """Nothing tells yet that the address is this person's, or the account of this address theirs."""


class CompteFerme(Exception):
    """The account is closed."""


class Adresse(StrEnum):
    """What became of the address that ProConnect told."""

    LA_MEME = "la même"
    CHANGEE = "changée"
    PRISE = "prise"  # another account has it
    A_CONFIRMER = "à confirmer"  # a link went there


@transaction.atomic
def reconnaitre(agent: Agent) -> tuple[Compte, Adresse]:
    """The account of this person, made when new. Raises AdresseAProuver, CompteFerme."""
    identite = (
        Identite.objects.select_related("compte").filter(emetteur=agent.emetteur, sub=agent.sub).first()
    )
    if identite is not None:
        if not identite.compte.is_active:
            raise CompteFerme
        return identite.compte, _mettre_a_jour(identite.compte, agent)
    if not agent.courriel_verifie:
        raise AdresseAProuver
    compte = Compte.objects.select_for_update().filter(courriel=agent.courriel).first()
    if compte is None:
        compte = _creer(agent)
    elif not compte.is_active:
        raise CompteFerme
    elif not _cedable(compte):
        raise AdresseAProuver
    relier(compte, emetteur=agent.emetteur, sub=agent.sub)
    return compte, Adresse.LA_MEME


@transaction.atomic
def prouver(agent: Agent) -> tuple[Compte, bool]:
    """The account of an address that the person has just proved by the link sent to it; whether it is a new one.

    A new account is linked to the person at once; one that was there, once its own second factor is given
    (`connexions.ouvrir`). Raises CompteFerme.
    """
    compte = Compte.objects.select_for_update().filter(courriel=agent.courriel).first()
    if compte is None:
        compte = _creer(agent)
        relier(compte, emetteur=agent.emetteur, sub=agent.sub)
        return compte, True
    if not compte.is_active:
        raise CompteFerme
    return compte, False


def organisation(compte: Compte, agent: Agent) -> Organisation | None:
    """The organisation that ProConnect says the person works for; None when it does not say a right one."""
    if not agent.siret:
        return None
    lier = organisations.verifier if agent.organisation_verifiee else organisations.declarer
    return lier(compte=compte, siret=agent.siret)


def relier(compte: Compte, *, emetteur: str, sub: str) -> None:
    """Know the person by ProConnect from now on. The caller knows that the account is theirs."""
    _, nouvelle = Identite.objects.get_or_create(emetteur=emetteur, sub=sub, defaults={"compte": compte})
    if nouvelle:
        noter(JournalAcces.Genre.PROCONNECT, compte=compte, auteur=compte)


def _creer(agent: Agent) -> Compte:
    return Compte.objects.create_user(agent.courriel, None, prenom=agent.prenom, nom=agent.nom)


def _cedable(compte: Compte) -> bool:
    """Whether a verified address is enough: nothing precious hangs on the account, and nobody has it by ProConnect."""
    return (
        not second_facteur.obligatoire(compte)
        and second_facteur.appareil(compte) is None
        and not compte.identites.exists()
    )


def _mettre_a_jour(compte: Compte, agent: Agent) -> Adresse:
    """The name follows ProConnect. The address too if it is verified, unless another account has it."""
    compte.prenom, compte.nom = agent.prenom or compte.prenom, agent.nom or compte.nom
    compte.save(update_fields=["prenom", "nom"])
    if agent.courriel == compte.courriel:
        return Adresse.LA_MEME
    if not agent.courriel_verifie:
        changement_de_courriel.demander(compte=compte, nouveau=agent.courriel, espacement=24 * 3600)
        return Adresse.A_CONFIRMER
    try:
        changement_de_courriel.appliquer(compte=compte, nouveau=agent.courriel)
    except changement_de_courriel.AdressePrise:
        return Adresse.PRISE
    return Adresse.CHANGEE
