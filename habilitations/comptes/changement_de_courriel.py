"""Changing one's address: the new one proves itself by a link, the old one is told."""

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse

from habilitations.comptes.connexions import fermer_les_sessions
from habilitations.comptes.ouverture_de_compte import LienPerime
from habilitations.courriels.boite import ecrire, envoyer_une_fois
from habilitations.journal import noter
from habilitations.models import Compte, JournalAcces

SEL = "habilitations.changement_de_courriel"
DUREE_DU_LIEN = 24 * 3600  # seconds


@transaction.atomic
def demander(*, compte: Compte, nouveau: str) -> None:
    """Send the link to the new address; one that has an account already is told so, and only it."""
    nouveau = nouveau.strip().lower()
    jeton = signing.dumps([compte.pk, compte.courriel, nouveau], salt=SEL)
    if Compte.objects.filter(courriel=nouveau).exists():
        envoyer_une_fois(
            genre="compte_existant", courriel=nouveau, lien=settings.ADRESSE_PUBLIQUE + reverse("connexion")
        )
    else:
        lien = settings.ADRESSE_PUBLIQUE + reverse("compte-courriel-confirmer", args=[jeton])
        envoyer_une_fois(genre="courriel_a_confirmer", courriel=nouveau, lien=lien)


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
    nouveau = lire(jeton=jeton, compte=compte)
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
        raise LienPerime from None
