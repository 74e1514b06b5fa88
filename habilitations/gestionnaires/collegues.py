"""Colleagues: who may give an establishment to manage, and take it back. Each change is journaled and told by mail.

A manager decides for the establishments that they manage, the ministry for all. An address gives nothing by itself: its
owner receives a link (`invitations`). Only persons whom the inviter can already see, colleagues of theirs or, for the
ministry, any account, are added at once: the answer never says whether an address has an account.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from habilitations import adresses
from habilitations.acteur import Acteur
from habilitations.comptes import ouverture_de_compte
from habilitations.gestionnaires import attributions, invitations
from habilitations.gestionnaires.auteurs import MINISTERE
from habilitations.models import Compte, Gestionnaire, Habilitation, Invitation
from habilitations.models.gestionnaire import GestionnaireQuerySet, InvitationQuerySet
from habilitations.refus import ActeRefuse, DejaFait
from referentiel.models import Etablissement


def etablissements_de(acteur: Acteur) -> QuerySet[Etablissement]:
    """Those whose managers this person decides of."""
    reels = Etablissement.objects.reels()
    if acteur.roles & MINISTERE:
        return reels
    return reels.filter(gestionnaires__compte=acteur.compte, gestionnaires__retire_le__isnull=True)


def gestions_visibles(acteur: Acteur) -> GestionnaireQuerySet:
    return Gestionnaire.objects.filter(etablissement__in=etablissements_de(acteur))


def invitations_visibles(acteur: Acteur) -> InvitationQuerySet:
    """Invitations to at least one of their establishments."""
    return Invitation.objects.filter(etablissements__in=etablissements_de(acteur)).distinct()


@transaction.atomic
def ajouter(*, acteur: Acteur, courriel: str, etablissements: Sequence[Etablissement]) -> Compte | None:
    """Add a colleague at once, or invite them by mail: then None. Raises ActeRefuse."""
    _jamais_incarne(acteur)
    courriel = adresses.normaliser(courriel)
    if not etablissements:
        raise ActeRefuse("Choisissez au moins un établissement.")
    habilites = _verrouiller(acteur, etablissements)
    compte = _deja_connu(acteur, courriel)
    if compte is None:
        invitations.envoyer(acteur=acteur, courriel=courriel, etablissements=list(habilites))
        return None
    if not compte.is_active:
        raise ActeRefuse("Ce compte est fermé.")
    nouveaux = attributions.confier(compte=compte, etablissements=habilites, auteur=acteur.compte)
    if not nouveaux:
        raise DejaFait(
            f"{compte} gère déjà {'cet établissement' if len(habilites) == 1 else 'ces établissements'}."
        )
    attributions.prevenir(compte=compte, etablissements=nouveaux, auteur=acteur.compte)
    return compte


@transaction.atomic
def accepter(*, secret: str, compte: Compte) -> list[Etablissement]:
    """Make the owner of the invited address a manager. Raises LienPerime, ActeRefuse."""
    invitation = invitations.verrouiller(secret)
    if compte.courriel != invitation.courriel or not compte.is_active:
        raise ActeRefuse(
            f"Cette invitation est adressée à {invitation.courriel}. Connectez-vous avec le compte de cette adresse."
        )
    invitant = Acteur(invitation.invite_par)
    # What the inviter could give then and cannot any more is not given.
    restants = list(invitation.etablissements.filter(pk__in=etablissements_de(invitant)).order_by("uai"))
    habilites = _habilites(restants)
    if not invitant.compte.is_active or not habilites:
        raise ActeRefuse(
            "La personne qui vous a invité ne gère plus cet établissement : demandez une autre invitation à ceux qui "
            "le gèrent."
        )
    nouveaux = attributions.confier(compte=compte, etablissements=habilites, auteur=invitant.compte)
    invitation.acceptee_le, invitation.acceptee_par = timezone.now(), compte
    invitation.save(update_fields=["acceptee_le", "acceptee_par"])
    if nouveaux:
        attributions.prevenir(compte=compte, etablissements=nouveaux, auteur=invitant.compte)
    return list(habilites)


@transaction.atomic
def rejoindre(*, secret: str, fiche: ouverture_de_compte.Fiche) -> Compte:
    """Open the invited person's account, whose address the link proves, and accept. Raises LienPerime, ActeRefuse."""
    compte = ouverture_de_compte.ouvrir(invitations.lire(secret).courriel, fiche)
    accepter(secret=secret, compte=compte)
    return compte


@transaction.atomic
def retirer(*, acteur: Acteur, gestion_id: int) -> Gestionnaire:
    """Take an establishment back from a manager, at once; the last one stays, unless the ministry decides it.

    The invitations that they sent for it, and that wait, give it no more (`accepter`). Raises ActeRefuse.
    """
    _jamais_incarne(acteur)
    gestion = gestions_visibles(acteur).select_related("compte", "etablissement").get(pk=gestion_id)
    # One removal at a time for an establishment: two managers who remove each other do not leave it without any.
    Etablissement.objects.select_for_update(no_key=True).get(pk=gestion.etablissement_id)
    gestion.refresh_from_db()
    if gestion.retire_le is not None:
        raise DejaFait(f"{gestion.compte} ne gère plus cet établissement.")
    if not gestions_visibles(acteur).filter(pk=gestion_id).exists():
        raise ActeRefuse("Vous ne gérez plus cet établissement.")
    autres = Gestionnaire.objects.actifs().filter(
        etablissement=gestion.etablissement_id, compte__is_active=True
    )
    if not acteur.roles & MINISTERE and not autres.exclude(pk=gestion_id).exists():
        raise ActeRefuse(
            f"{gestion.etablissement.nom} n'aurait plus personne pour le gérer : ajoutez d'abord un collègue."
        )
    attributions.reprendre(gestions=[gestion], auteur=acteur.compte)
    contexte = {
        "compte": gestion.compte,
        "etablissements": [gestion.etablissement],
        "auteur": acteur.compte,
    }
    attributions.prevenir_les_autres(
        genre="collegue_retire",
        sauf={gestion.compte, acteur.compte},
        cle=str(gestion.pk),
        contexte=contexte,
    )
    return gestion


@transaction.atomic
def annuler_invitation(*, acteur: Acteur, invitation_id: int) -> Invitation:
    """End an invitation that waits; it must be to the actor's establishments only. Raises ActeRefuse."""
    _jamais_incarne(acteur)
    invitation = invitations_visibles(acteur).get(pk=invitation_id)
    if invitation.etablissements.exclude(pk__in=etablissements_de(acteur)).exists():
        raise ActeRefuse("Cette invitation porte aussi sur un établissement que vous ne gérez pas.")
    if not Invitation.objects.en_attente().filter(pk=invitation_id).update(annulee_le=timezone.now()):
        raise DejaFait("Cette invitation n'attend plus : elle a été acceptée, annulée, ou elle est périmée.")
    return invitation


def _jamais_incarne(acteur: Acteur) -> None:
    if acteur.au_nom_de is not None:
        raise ActeRefuse("Les droits d'une personne ne se changent pas à sa place.")


def _verrouiller(
    acteur: Acteur, etablissements: Sequence[Etablissement]
) -> dict[Etablissement, Habilitation]:
    """The establishments, locked so that nobody loses them meanwhile, with their habilitations."""
    demandes = {etablissement.pk for etablissement in etablissements}
    trouves = list(
        Etablissement.objects.select_for_update(no_key=True).filter(pk__in=demandes).order_by("pk")
    )
    if etablissements_de(acteur).filter(pk__in=demandes).count() != len(demandes):
        raise ActeRefuse("Vous ne gérez pas l'un de ces établissements.")
    habilites = _habilites(trouves)
    for etablissement in trouves:
        if etablissement not in habilites:
            raise ActeRefuse(
                f"{etablissement} n'a pas d'habilitation d'écriture en vigueur : il lui en faut une avant d'avoir des "
                "gestionnaires. Son établissement la demande depuis le portail."
            )
    return habilites


def _habilites(etablissements: Sequence[Etablissement]) -> dict[Etablissement, Habilitation]:
    paires = (
        (etablissement, attributions.habilitation_de(etablissement)) for etablissement in etablissements
    )
    return {etablissement: habilitation for etablissement, habilitation in paires if habilitation is not None}


def _deja_connu(acteur: Acteur, courriel: str) -> Compte | None:
    """The account of this address, if the actor can see that it exists."""
    comptes = Compte.objects.filter(courriel=courriel)
    if not acteur.roles & MINISTERE:
        comptes = comptes.filter(
            gestions__retire_le__isnull=True, gestions__etablissement__in=etablissements_de(acteur)
        ).distinct()
    return comptes.first()
