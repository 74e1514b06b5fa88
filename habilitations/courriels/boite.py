"""The outbox: mails composed, written with what they tell of, sent by a task once committed.

Each genre has one template, `templates/courriels/<genre>.txt`, whose first line is the subject; the HTML part says the
same words in a plain page, so that the two cannot differ.
"""

import logging
import time
from hashlib import sha256
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string

from habilitations.courriels import preferences
from habilitations.courriels.genres import A_USAGE_UNIQUE
from habilitations.models import Courriel, Demande
from referentiel import reveil
from referentiel.caracteres import sans_controle

journal = logging.getLogger(__name__)

#: One mail of a genre to one address in this time, however often it is asked for by who need not be its owner.
ESPACEMENT = 600  # seconds


class Contenu(NamedTuple):
    objet: str
    texte: str
    html: str


def composer(*, genre: str, contexte: dict[str, Any]) -> Contenu:
    contexte = contexte | {"adresse_publique": settings.ADRESSE_PUBLIQUE}
    # Plain text by its own engine: nothing in it is HTML to escape (settings.TEMPLATES).
    brut = render_to_string(f"courriels/{genre}.txt", contexte, using="texte")
    objet, _, texte = brut.strip().partition("\n")
    # Names hold no control character (CHECK); whatever else a template quotes does not reach a header either.
    objet, texte = sans_controle(objet), texte.strip()
    html = render_to_string("courriels/_enveloppe.html", {"objet": objet, "texte": texte})
    return Contenu(objet[:255], texte + "\n", html)


def ecrire(
    *,
    genre: str,
    destinataire: str,
    cle: str,
    contexte: dict[str, Any],
    demande: Demande | None = None,
    arret: str = "",
) -> bool:
    """Put a mail in the outbox; those of `A_USAGE_UNIQUE` are marked as holding a secret. `arret`: the address that
    stops such mails, when they have one that their reader's account does not tell.

    False when one with this key is there already, or when its reader has asked not to receive this genre.
    """
    if not preferences.veut_recevoir(courriel=destinataire, genre=genre):
        return False
    desabonnement = preferences.adresse_de_desabonnement(courriel=destinataire, genre=genre)
    contenu = composer(genre=genre, contexte=contexte | {"desabonnement": desabonnement, "arret": arret})
    courriel, nouveau = Courriel.objects.get_or_create(
        cle=cle[:200],
        defaults={
            "genre": genre,
            "destinataire": destinataire,
            "demande": demande,
            **contenu._asdict(),
            "sensible": genre in A_USAGE_UNIQUE,
            "arret": arret or desabonnement,
        },
    )
    if nouveau:
        # The request's line, and by the mail's number those of its sending.
        journal.info("courriel écrit", extra={"faits": {"courriel": courriel.pk, "genre": genre}})
    # One wake-up empties the outbox: the second mail of a transaction needs none of its own.
    if nouveau and not any(rappel is reveiller for _, rappel, *_ in connection.run_on_commit):
        transaction.on_commit(reveiller)
    return nouveau


def envoyer_une_fois(*, genre: str, courriel: str, lien: str = "", espacement: int = ESPACEMENT) -> None:
    """Write a mail that its recipient may not have asked for: at most one in `espacement` seconds."""
    tranche = int(time.time() // espacement)
    ecrire(
        genre=genre,
        destinataire=courriel,
        # Keys are shorter than the longest addresses.
        cle=f"{genre}:{tranche}:{sha256(courriel.encode()).hexdigest()}",
        contexte={"lien": lien, "courriel": courriel},
    )


def reveiller() -> None:
    """Tell a worker that mails wait; the scheduled sweep does it anyway."""
    reveil.reveiller("habilitations.tasks.envoyer_courriels")
