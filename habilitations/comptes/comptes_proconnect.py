"""Finds or makes the account of a person whom ProConnect has identified.

A person is known by issuer and `sub`. Their address may already be a local account's: it is theirs only if ProConnect
verified it, and a ministry's or a second factor's account is never handed over on an address alone; the person then
proves the local account too, once.
"""

from django.db import IntegrityError, transaction

from habilitations.comptes import organisations, second_facteur
from habilitations.comptes.proconnect import Agent
from habilitations.journal import noter
from habilitations.models import Compte, Identite, JournalAcces, Organisation


class CompteAProuver(Exception):
    """A local account has this address: its password is needed to link them."""


class CompteFerme(Exception):
    """The account is closed."""


@transaction.atomic
def reconnaitre(agent: Agent) -> Compte:
    """The account of this person, made when new. Raises CompteAProuver, CompteFerme."""
    identite = (
        Identite.objects.select_related("compte").filter(emetteur=agent.emetteur, sub=agent.sub).first()
    )
    if identite is None:
        compte = Compte.objects.select_for_update().filter(courriel=agent.courriel).first()
        if compte is None:
            compte = Compte.objects.create_user(agent.courriel, None, prenom=agent.prenom, nom=agent.nom)
        elif not _cedable(compte, agent):
            raise CompteAProuver
        relier(compte, emetteur=agent.emetteur, sub=agent.sub)
    else:
        compte = identite.compte
        _mettre_a_jour(compte, agent)
    if not compte.is_active:
        raise CompteFerme
    return compte


def organisation(compte: Compte, agent: Agent) -> Organisation | None:
    """The organisation that ProConnect says the person works for; None without a valid SIRET."""
    return organisations.verifier(compte=compte, siret=agent.siret) if agent.siret else None


def relier(compte: Compte, *, emetteur: str, sub: str) -> None:
    """Know the person by ProConnect from now on. The caller knows that the account is theirs."""
    _, nouvelle = Identite.objects.get_or_create(emetteur=emetteur, sub=sub, defaults={"compte": compte})
    if nouvelle:
        noter(JournalAcces.Genre.PROCONNECT, compte=compte, auteur=compte)


def _cedable(compte: Compte, agent: Agent) -> bool:
    return (
        agent.courriel_verifie
        and compte.is_active
        and not second_facteur.obligatoire(compte)
        and second_facteur.appareil(compte) is None
        and not compte.identites.exists()
    )


def _mettre_a_jour(compte: Compte, agent: Agent) -> None:
    """The name follows ProConnect; the address too, unless another account has it."""
    compte.prenom, compte.nom = agent.prenom or compte.prenom, agent.nom or compte.nom
    ancien = compte.courriel
    compte.courriel = agent.courriel
    try:
        with transaction.atomic():
            compte.save(update_fields=["prenom", "nom", "courriel"])
    except IntegrityError:
        compte.courriel = ancien
        compte.save(update_fields=["prenom", "nom"])
    else:
        if ancien != agent.courriel:
            noter(
                JournalAcces.Genre.COURRIEL,
                compte=compte,
                auteur=compte,
                ancien=ancien,
                nouveau=agent.courriel,
            )
