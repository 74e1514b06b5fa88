"""Work in the background for the portal: mail leaves from the outbox, once; documents get their scan."""

import logging

from celery import shared_task
from django.utils import timezone

from habilitations import echeances, statistiques_publiques
from habilitations.comptes import organisations, verrous
from habilitations.comptes.sessions import SessionStore
from habilitations.conservation import regles
from habilitations.courriels import envoi
from habilitations.demandes import documents, transferts
from habilitations.gestionnaires import invitations
from habilitations.integrateurs import tournee
from habilitations.jetons import surveillance

journal = logging.getLogger(__name__)


@shared_task
def envoyer_courriels() -> int:
    """Send what waits in the outbox; how many left."""
    return envoi.envoyer()


@shared_task
def appeler_webhooks() -> int:
    """Call the webhooks that something waits for; how many calls."""
    return tournee.tourner()


@shared_task
def analyser_documents() -> int:
    """Scan the documents that came while the scanner was away."""
    return documents.analyser_en_attente()


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
    """Forget the failed tries that no longer count, the sessions that are over, the invitations without answer, the
    secrets of mails that never left."""
    verrous.oublier()
    invitations.oublier()
    SessionStore.clear_expired()
    envoi.oublier_les_secrets()


@shared_task
def conserver() -> None:
    """Nightly: what is kept no longer than it may be (`habilitations.conservation.regles`)."""
    journal.info("durées de conservation", extra={"faits": {"purges": regles.appliquer()}})


@shared_task
def surveiller() -> None:
    """Hourly: uses that look wrong, told to the data protection officer and to the token's technical contact."""
    surveillance.surveiller()
    surveillance.annoncer()


@shared_task
def calculer_statistiques() -> None:
    """Every quarter of an hour: the figures of the page « Statistiques »."""
    statistiques_publiques.calculer(aujourdhui=timezone.localdate())
