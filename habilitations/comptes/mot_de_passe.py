"""Passwords: forgotten, or changed. The link for a forgotten one works once: any use of the account invalidates it."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from habilitations.comptes import verrous
from habilitations.comptes.generations import fermer_les_sessions
from habilitations.courriels.boite import ecrire, envoyer_une_fois
from habilitations.journal import noter
from habilitations.models import Compte, JournalAcces


@transaction.atomic
def demander(courriel: str) -> None:
    """Send to this address what its owner can do: a mail in all cases, so that the page has one answer and one time.

    `courriel`: in normal form.
    """
    compte = Compte.objects.filter(courriel=courriel, is_active=True).first()
    if compte is None:
        envoyer_une_fois(
            genre="mot_de_passe_sans_compte",
            courriel=courriel,
            lien=settings.ADRESSE_PUBLIQUE + reverse("ouverture-de-compte"),
        )
    elif not compte.has_usable_password():
        envoyer_une_fois(
            genre="mot_de_passe_proconnect",
            courriel=courriel,
            lien=settings.ADRESSE_PUBLIQUE + reverse("connexion"),
        )
    else:
        uid = urlsafe_base64_encode(force_bytes(compte.pk))
        page = reverse("mot-de-passe-nouveau", args=[uid, default_token_generator.make_token(compte)])
        envoyer_une_fois(
            genre="mot_de_passe_oublie", courriel=courriel, lien=settings.ADRESSE_PUBLIQUE + page
        )


@transaction.atomic
def changer(*, compte: Compte, nouveau: str) -> None:
    """Every session of the person ends; the mail tells them, in case it was not them. Wrong passwords are forgotten:
    nobody's tries keep out who has just proved who they are."""
    compte.set_password(nouveau)
    compte.save(update_fields=["password"])
    fermer_les_sessions(compte)
    verrous.lever(compte.courriel)
    noter(JournalAcces.Genre.MOT_DE_PASSE, compte=compte, auteur=compte)
    ecrire(
        genre="mot_de_passe_change",
        destinataire=compte.courriel,
        cle=f"mot_de_passe_change:{compte.pk}:{compte.generation}",
        contexte={"compte": compte},
    )
