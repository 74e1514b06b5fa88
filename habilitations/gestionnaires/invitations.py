"""The link by which the owner of an address becomes a manager: once, for a week, after signing in or opening an
account. What it gives, and whether it still may: `collegues.accepter`."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.comptes.ouverture_de_compte import LienPerime
from habilitations.courriels.boite import ecrire
from habilitations.models import Invitation
from referentiel.models import Etablissement

DUREE = timedelta(days=7)
#: How long the address of who did not come is kept after the invitation's end.
OUBLI = timedelta(days=365)


@transaction.atomic
def envoyer(*, acteur: Acteur, courriel: str, etablissements: list[Etablissement]) -> Invitation:
    """The caller knows that the actor decides for these establishments. The last invitation is the one that counts:
    those of the same person to the same address, for one of these establishments, are cancelled."""
    maintenant = timezone.now()
    anciennes = Invitation.objects.en_attente().filter(
        courriel=courriel, invite_par=acteur.compte, etablissements__in=etablissements
    )
    Invitation.objects.filter(pk__in=anciennes.values("pk")).update(annulee_le=maintenant)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        courriel=courriel,
        empreinte=_empreinte(secret),
        invite_par=acteur.compte,
        expire_le=maintenant + DUREE,
    )
    invitation.etablissements.set(etablissements)
    ecrire(
        genre="invitation",
        destinataire=courriel,
        cle=f"invitation:{invitation.pk}",
        contexte={
            "invitation": invitation,
            "auteur": acteur.compte,
            "etablissements": etablissements,
            "lien": settings.ADRESSE_PUBLIQUE + reverse("gestion-invitation", args=[secret]),
        },
    )
    return invitation


def lire(secret: str) -> Invitation:
    """The invitation of this link. Raises LienPerime."""
    invitation = (
        Invitation.objects.en_attente()
        .select_related("invite_par")
        .filter(empreinte=_empreinte(secret))
        .first()
    )
    if invitation is None:
        raise LienPerime
    return invitation


def verrouiller(secret: str) -> Invitation:
    """As `lire`, for who is about to use it: two windows on the same link wait for each other."""
    lire(secret)
    Invitation.objects.select_for_update().get(empreinte=_empreinte(secret))
    return lire(secret)


def oublier() -> int:
    """Delete the invitations that nobody accepted, a year after their end; how many."""
    sans_suite = Invitation.objects.filter(acceptee_le__isnull=True, expire_le__lt=timezone.now() - OUBLI)
    return sans_suite.delete()[1].get(Invitation._meta.label, 0)


def _empreinte(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
