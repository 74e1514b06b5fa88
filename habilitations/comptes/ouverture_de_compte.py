"""Opening a local account: the address first, by a link sent to it; then the name and the password.

Nothing is written before the address is proved: no half-made account, nobody else's address taken. Whoever asks gets
the same answer whether the address has an account or not; its owner alone reads the difference, in the mail.
"""

from typing import TypedDict

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse

from habilitations.courriels.boite import envoyer_une_fois
from habilitations.models import Compte

SEL = "habilitations.inscription"
DUREE_DU_LIEN = 24 * 3600  # seconds


class LienPerime(Exception):
    """The link was altered, is too old, or has been used. The message is in French, for the person."""

    def __init__(self) -> None:
        super().__init__("Ce lien a déjà servi ou n'est plus valable. Demandez-en un nouveau.")


class Fiche(TypedDict):
    prenom: str
    nom: str
    mot_de_passe: str


@transaction.atomic
def demander(courriel: str) -> None:
    """Send the link; or, to an address that has an account, how to sign in. `courriel`: in normal form."""
    jeton = signing.dumps(courriel, salt=SEL)
    if Compte.objects.filter(courriel=courriel).exists():
        genre, page = "compte_existant", reverse("connexion")
    else:
        genre, page = "ouverture_de_compte", reverse("ouverture-de-compte-terminer", args=[jeton])
    envoyer_une_fois(genre=genre, courriel=courriel, lien=settings.ADRESSE_PUBLIQUE + page)


def lire(jeton: str) -> str:
    """The address that this link proves. Raises LienPerime, also once the account is there."""
    try:
        courriel: str = signing.loads(jeton, salt=SEL, max_age=DUREE_DU_LIEN)
    except signing.BadSignature:
        raise LienPerime from None
    if Compte.objects.filter(courriel=courriel).exists():
        raise LienPerime
    return courriel


def creer(jeton: str, fiche: Fiche) -> Compte:
    """The account, its address proved. Raises LienPerime."""
    return ouvrir(lire(jeton), fiche)


def ouvrir(courriel: str, fiche: Fiche) -> Compte:
    """The account of this address, which the caller knows to be the person's. Raises LienPerime when there is one."""
    try:
        with transaction.atomic():
            return Compte.objects.create_user(
                courriel, fiche["mot_de_passe"], prenom=fiche["prenom"], nom=fiche["nom"]
            )
    except IntegrityError:
        # Two windows on the same link.
        raise LienPerime from None
