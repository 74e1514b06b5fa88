"""Sending what waits in the outbox: one mail at a time, so that one which fails, however it does, delays no other.

A mail that may leave later is tried again after a pause that grows, for two days; one that never will is given up at
once, with its reason. While the server itself is away nothing is tried, and nothing is counted.
"""

import logging
import time
from datetime import timedelta
from email.utils import make_msgid, parseaddr
from enum import Enum
from smtplib import (
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone

from habilitations import adresses
from habilitations.courriels import refus
from habilitations.courriels.boite import reveiller
from habilitations.journal import noter
from habilitations.models import Compte, Courriel, JournalAcces

journal = logging.getLogger(__name__)

#: Minutes before the next try, after the first failure, the second…; after the last one the mail is given up. A server
#: that greylists wants minutes (RFC 6647), one that is full or broken wants hours: two days in all.
PAUSES = (1, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720)
#: Mails sent on one connection; and seconds after which a run leaves the rest to the next one.
PAQUET, DUREE = 100, 45
#: Connections lost in a row from which the server is held to be away.
COUPURES = 3
EFFACE = "Contenu effacé après l'envoi : il portait un lien à usage unique."


class Suite(Enum):
    PARTI = "parti"
    PLUS_TARD = "plus tard"
    JAMAIS = "jamais"


class Echec(NamedTuple):
    """`code`: what the server answered, as far as it did. `adresse`: it is the recipient that it refuses."""

    suite: Suite
    erreur: str
    code: str = ""
    adresse: bool = False


class ServeurAbsent(Exception):
    """Nothing can be sent for now."""


def envoyer() -> int:
    """Send what waits; how many left. A mail is locked while it is sent: two workers never send one."""
    partis, coupures, debut = 0, 0, time.monotonic()
    connexion = None
    try:
        for rang in range(PAQUET * 100):
            if rang and (time.monotonic() - debut > DUREE or coupures >= COUPURES):
                break
            if connexion is None or rang % PAQUET == 0:
                connexion = _ouvrir(connexion)
            with transaction.atomic():
                courriel = (
                    Courriel.objects.select_for_update(skip_locked=True)
                    .a_envoyer()
                    .order_by("reprise_le", "id")
                    .first()
                )
                if courriel is None:
                    break
                echec = _tenter(courriel, connexion)
                if echec is None:
                    _parti(courriel)
                    partis, coupures = partis + 1, 0
                    continue
                _echoue(courriel, echec)
            # After an error the dialogue may be anywhere, or over (421): the next mail begins a new one.
            _fermer(connexion)
            connexion = None
            coupures = coupures + 1 if echec.erreur in _COUPURES else 0
    except ServeurAbsent as absence:
        journal.warning("serveur de messagerie absent", extra={"faits": {"erreur": str(absence)}})
    finally:
        _fermer(connexion)
    return partis


@transaction.atomic
def renvoyer(*, auteur: Compte, courriels: Any) -> int:
    """Try again those of these mails that were given up; how many. One that left, or waits, is let alone, and so is one
    whose secret was erased."""
    trouves = list(
        Courriel.objects.en_echec()
        .filter(pk__in=courriels)
        .exclude(sensible=True, texte=EFFACE)
        .select_for_update()
        .order_by("pk")
    )
    for courriel in trouves:
        courriel.tentatives, courriel.abandonne_le, courriel.reprise_le = 0, None, timezone.now()
        courriel.save(update_fields=["tentatives", "abandonne_le", "reprise_le"])
        noter(
            JournalAcces.Genre.COURRIEL_RENVOYE,
            compte=auteur,
            auteur=auteur,
            courriel=courriel.pk,
            nature=courriel.genre,
        )
    if trouves:
        transaction.on_commit(reveiller)
    return len(trouves)


def oublier_les_secrets(apres: timedelta = timedelta(days=7)) -> int:
    """Erase the secrets of mails that never left: no link lives that long. How many."""
    return (
        Courriel.objects.en_echec()
        .filter(sensible=True, cree_le__lt=timezone.now() - apres)
        .exclude(texte=EFFACE)
        .update(texte=EFFACE, html="")
    )


_COUPURES = frozenset(
    {
        "SMTPServerDisconnected",
        "ConnectionResetError",
        "BrokenPipeError",
        "TimeoutError",
        "ConnectionAbortedError",
    }
)


def _ouvrir(ancienne: Any) -> Any:
    _fermer(ancienne)
    connexion = get_connection()
    try:
        connexion.open()
    except (SMTPException, OSError) as erreur:
        raise ServeurAbsent(type(erreur).__name__) from erreur
    return connexion


def _fermer(connexion: Any) -> None:
    if connexion is not None:
        try:
            connexion.close()
        except (SMTPException, OSError):
            journal.info("connexion de messagerie déjà fermée")


def _tenter(courriel: Courriel, connexion: Any) -> Echec | None:
    """None when the server took the mail."""
    try:
        # One that is not an address would be turned into another by the time it reaches the server.
        adresses.normaliser(courriel.destinataire)
        if not _message(courriel, connexion).send():
            return Echec(Suite.PLUS_TARD, "aucun envoi")
    except Exception as erreur:  # noqa: BLE001 (judged, and kept with the mail)
        # Whatever it is, it is this mail's: the others must leave.
        return _juger(erreur)
    return None


def _message(courriel: Courriel, connexion: Any) -> EmailMultiAlternatives:
    # Its number is found again in the mail server's log.
    domaine = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    identifiant = make_msgid(idstring=f"courriel-{courriel.pk}", domain=domaine)
    entetes = {"Auto-Submitted": "auto-generated", "Message-ID": identifiant}
    if courriel.arret:
        # RFC 8058: the mail program's own button posts to this address.
        entetes |= {
            "List-Unsubscribe": f"<{courriel.arret}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message = EmailMultiAlternatives(
        courriel.objet, courriel.texte, to=[courriel.destinataire], connection=connexion, headers=entetes
    )
    message.attach_alternative(courriel.html, "text/html")
    return message


def _juger(erreur: Exception) -> Echec:
    """What an error means for the mail: RFC 5321 §4.2.1, 4xx may pass later, 5xx never will."""
    nom = type(erreur).__name__
    match erreur:
        case SMTPRecipientsRefused():
            # One recipient a mail.
            code = next((reponse[0] for reponse in erreur.recipients.values()), 0)
            suite = Suite.JAMAIS if 500 <= code <= 599 else Suite.PLUS_TARD
            return Echec(suite, nom, str(code or ""), adresse=suite is Suite.JAMAIS)
        case SMTPSenderRefused():
            return Echec(Suite.PLUS_TARD, nom, str(erreur.smtp_code))  # ours to mend
        case SMTPResponseException():
            suite = Suite.JAMAIS if 500 <= erreur.smtp_code <= 599 else Suite.PLUS_TARD
            return Echec(suite, nom, str(erreur.smtp_code))
        case SMTPServerDisconnected() | SMTPException() | OSError() if not isinstance(
            erreur, SMTPNotSupportedError
        ):
            return Echec(Suite.PLUS_TARD, nom)
        case adresses.AdresseInvalide():
            return Echec(Suite.JAMAIS, nom, adresse=True)
        case SMTPNotSupportedError() | ValueError():
            # What cannot be written (a header of two lines, BadHeaderError) never will be.
            return Echec(Suite.JAMAIS, nom)
    return Echec(Suite.PLUS_TARD, nom)


def _parti(courriel: Courriel) -> None:
    parti: dict[str, object] = {"envoye_le": timezone.now()}
    # The demonstration's page of sent mails is the only mailbox there is.
    if courriel.sensible and settings.ENVIRONNEMENT != "demonstration":
        parti |= {"texte": EFFACE, "html": ""}
    Courriel.objects.filter(pk=courriel.pk).update(**parti)
    refus.oublier_a_l_envoi(courriel.destinataire)
    journal.info("courriel parti", extra={"faits": {"courriel": courriel.pk, "genre": courriel.genre}})


def _echoue(courriel: Courriel, echec: Echec) -> None:
    """The error's class and code only: its text may quote the address."""
    maintenant = timezone.now()
    courriel.tentatives += 1
    courriel.derniere_erreur = f"{echec.erreur} {echec.code}".strip()
    if echec.suite is Suite.JAMAIS or courriel.tentatives > len(PAUSES):
        courriel.abandonne_le = maintenant
    else:
        courriel.reprise_le = maintenant + timedelta(minutes=PAUSES[courriel.tentatives - 1])
    courriel.save(update_fields=["tentatives", "derniere_erreur", "abandonne_le", "reprise_le"])
    if echec.adresse:
        refus.constater(courriel.destinataire, source=refus.Source.ENVOI, code=echec.code)
    journal.warning(
        "courriel non parti",
        extra={
            "faits": {
                "courriel": courriel.pk,
                "erreur": courriel.derniere_erreur,
                "tentatives": courriel.tentatives,
                "abandonne": courriel.abandonne_le is not None,
            }
        },
    )
