"""Changing one's e-mail address: the new one is proved by a link sent to it, the old one is notified."""

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse

from habilitations.comptes.generations import fermer_les_sessions
from habilitations.comptes.ouverture_de_compte import LienPerime
from habilitations.courriels.boite import ESPACEMENT, ecrire, envoyer_une_fois
from habilitations.journal import noter
from habilitations.models import Compte, JournalAcces

SEL = "habilitations.changement_de_courriel"
DUREE_DU_LIEN = 24 * 3600  # seconds


class AdressePrise(Exception):
    """Another account has it."""


@transaction.atomic
def demander(*, compte: Compte, nouveau: str, espacement: int = ESPACEMENT) -> None:
    """Send the link to the new address; one that has an account already is told so, and only it.

    `nouveau`: in normal form. `espacement`: seconds in which one mail at most leaves.
    """
    jeton = signing.dumps([compte.pk, compte.courriel, nouveau], salt=SEL)
    if Compte.objects.filter(courriel=nouveau).exists():
        genre, page = "compte_existant", reverse("connexion")
    else:
        genre, page = "courriel_a_confirmer", reverse("compte-courriel-confirmer", args=[jeton])
    envoyer_une_fois(
        genre=genre, courriel=nouveau, lien=settings.ADRESSE_PUBLIQUE + page, espacement=espacement
    )


def lire(*, jeton: str, compte: Compte) -> str:
    """The new address. Raises LienPerime: also for another person's link, and once the address was changed."""
    try:
        pk, ancien, nouveau = signing.loads(jeton, salt=SEL, max_age=DUREE_DU_LIEN)
    except signing.BadSignature:
        raise LienPerime from None
    if (pk, ancien) != (compte.pk, compte.courriel):
        raise LienPerime
    return str(nouveau)


def confirmer(*, jeton: str, compte: Compte) -> None:
    """Raises LienPerime. The caller keeps the session in which this is done (see `garder_la_session`)."""
    try:
        appliquer(compte=compte, nouveau=lire(jeton=jeton, compte=compte))
    except AdressePrise:
        raise LienPerime from None


def appliquer(*, compte: Compte, nouveau: str) -> None:
    """Change the address, known to be the person's: the old one is told, every session ends. Raises AdressePrise."""
    ancien = compte.courriel
    try:
        with transaction.atomic():
            compte.courriel = nouveau
            compte.save(update_fields=["courriel"])
            fermer_les_sessions(compte)
            noter(JournalAcces.Genre.COURRIEL, compte=compte, auteur=compte, ancien=ancien, nouveau=nouveau)
            ecrire(
                genre="courriel_change",
                destinataire=ancien,
                cle=f"courriel_change:{compte.pk}:{compte.generation}",
                contexte={"nouveau": nouveau},
            )
    except IntegrityError:
        compte.courriel = ancien
        raise AdressePrise from None
