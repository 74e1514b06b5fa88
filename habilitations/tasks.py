"""Work in the background for the portal: mail leaves from the outbox, once; documents get their scan."""

import logging
from smtplib import SMTPException, SMTPRecipientsRefused

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from habilitations import echeances
from habilitations.comptes import organisations, verrous
from habilitations.conservation import regles
from habilitations.courriels import preferences
from habilitations.demandes import documents, transferts
from habilitations.gestionnaires import invitations
from habilitations.jetons import surveillance
from habilitations.models import Courriel

journal = logging.getLogger(__name__)

#: Mails sent on one connection.
PAQUET = 100
EFFACE = "Contenu effacé après l'envoi : il portait un lien à usage unique."


@shared_task
def envoyer_courriels() -> int:
    """Send the waiting mails; returns how many were sent. Each is locked while it is sent, so that two workers
    never send the same one."""
    envoyes = 0
    with get_connection() as connexion:
        for _ in range(PAQUET):
            with transaction.atomic():
                courriel = (
                    Courriel.objects.select_for_update(skip_locked=True)
                    .en_attente()
                    .order_by("tentatives", "id")
                    .first()
                )
                if courriel is None:
                    return envoyes
                if not _envoyer(courriel, connexion):
                    return envoyes
                envoyes += 1
    return envoyes


@shared_task
def analyser_documents() -> int:
    """Scan the documents that came while the scanner was away."""
    return documents.analyser_en_attente()


def _envoyer(courriel: Courriel, connexion: object) -> bool:
    entetes = {"Auto-Submitted": "auto-generated"}
    if arret := preferences.adresse_de_desabonnement(courriel=courriel.destinataire, genre=courriel.genre):
        # RFC 8058: the mail program's own button posts to this address.
        entetes |= {"List-Unsubscribe": f"<{arret}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(
        courriel.objet, courriel.texte, to=[courriel.destinataire], connection=connexion, headers=entetes
    )
    message.attach_alternative(courriel.html, "text/html")
    try:
        message.send()
    except (SMTPException, OSError) as erreur:
        # The error's class only: its text may quote the address.
        Courriel.objects.filter(pk=courriel.pk).update(
            tentatives=F("tentatives") + 1, derniere_erreur=type(erreur).__name__
        )
        journal.warning(
            "courriel non parti", extra={"faits": {"courriel": courriel.pk, "erreur": type(erreur).__name__}}
        )
        # A refused address does not stop the other mails; an unreachable server does.
        return isinstance(erreur, SMTPRecipientsRefused)
    parti: dict[str, object] = {"envoye_le": timezone.now()}
    # In the demonstration, mails are only read on the page that lists them.
    if courriel.sensible and settings.ENVIRONNEMENT != "demonstration":
        parti |= {"texte": EFFACE, "html": ""}
    Courriel.objects.filter(pk=courriel.pk).update(**parti)
    return True


@shared_task
def prevenir() -> None:
    """Daily: tokens about to expire, applicants who are waited for, transfers that nobody accepted."""
    journal.info(
        "échéances",
        extra={
            "faits": {
                "expirations": echeances.prevenir_des_expirations(),
                "relances": echeances.relancer_les_demandeurs(),
                "transferts": transferts.clore_les_perimes(),
            }
        },
    )


@shared_task
def verifier_rattachements() -> None:
    """Nightly: links to an organisation that ProConnect has not confirmed for long are no longer verified."""
    journal.info("rattachements", extra={"faits": {"perimes": organisations.perimer()}})


@shared_task
def nettoyer_acces() -> None:
    """Forget the failed tries that no longer count, the sessions that are over, the invitations without answer."""
    verrous.oublier()
    invitations.oublier()
    SessionStore.clear_expired()


@shared_task
def conserver() -> None:
    """Nightly: what is kept no longer than it may be (`habilitations.conservation.regles`)."""
    journal.info("durées de conservation", extra={"faits": {"purges": regles.appliquer()}})


@shared_task
def surveiller() -> None:
    """Hourly: uses that look wrong, told to the data protection officer and to the token's technical contact."""
    surveillance.surveiller()
    surveillance.annoncer()
