"""The round of the webhooks' outbox: what is due is sent, each webhook's in turn, all webhooks at once.

Calls are made on a loop in a thread beside; this one reads and writes the database, a short transaction for each, and
looks for what became due while a call lasts. A webhook has one call at a time: whoever is slow waits for nobody but
themselves, and those that do not answer have their own places. One round at a time for the whole service (a session
lock): the next finds what this one leaves.

A call may be made twice, if the worker dies before writing that it was: the event's identifier tells.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from habilitations.courriels.boite import ecrire
from habilitations.integrateurs import appel, corps, destinations, signature
from habilitations.integrateurs.membres import a_prevenir
from habilitations.integrateurs.webhooks import cles
from habilitations.models import Envoi, Fait, Tentative, Webhook
from referentiel.chiffrement import Indechiffrable

journal = logging.getLogger(__name__)

#: Minutes before the next try, after the first failure, the second…: three days in all.
PAUSES = (1, 4, 15, 40, 120, 360, 720, 1260, 1800)
#: Without an answer for so long, a webhook is disabled when a delivery runs out of tries.
PATIENCE = timedelta(minutes=sum(PAUSES))
#: Webhooks called at once: those that answer, and those that did not the last time.
PLACES, PLACES_EN_ECHEC = 32, 32
#: Seconds after which a round starts no more calls; between two looks at what became due.
DUREE, PAS = 45, 0.5
VERROU = 4_107_110_041
AGENT = "API-Statut-Etudiant-Webhook/1"


class _Depart(NamedTuple):
    envoi_id: int
    webhook_id: int
    destination: destinations.Destination
    entetes: dict[str, str]
    corps: bytes


def tourner() -> int:
    """How many calls were made; 0 when another round is under way."""
    with _seul() as seul:
        return _tourner() if seul else 0


def _tourner() -> int:
    faits, debut = 0, time.monotonic()
    en_vol: dict[Future[appel.Resultat], _Depart] = {}
    with _boucle() as boucle:
        while True:
            if time.monotonic() - debut < DUREE:
                for depart in _departs({un.webhook_id for un in en_vol.values()}):
                    appele = appel.appeler(depart.destination, entetes=depart.entetes, corps=depart.corps)
                    en_vol[asyncio.run_coroutine_threadsafe(appele, boucle)] = depart
            if not en_vol:
                return faits
            finis, _ = wait(en_vol, timeout=PAS, return_when=FIRST_COMPLETED)
            for fini in finis:
                depart = en_vol.pop(fini)
                consigner(envoi_id=depart.envoi_id, resultat=fini.result())
                faits += 1


def _departs(occupes: set[int]) -> Iterator[_Depart]:
    """The first delivery due of each webhook that is not being called."""
    dus = (
        Envoi.objects.a_faire()
        .exclude(webhook_id__in=occupes)
        .select_related("webhook", "fait__organisation")
        .order_by("webhook_id", "reprise_le", "id")
        .distinct("webhook_id")
    )
    sains = Q(webhook__en_echec_depuis__isnull=True)
    for envoi in [*dus.filter(sains)[:PLACES], *dus.exclude(sains)[:PLACES_EN_ECHEC]]:
        try:
            yield _preparer(envoi)
        except (destinations.DestinationRefusee, Indechiffrable):
            # Once allowed, refused by the rules of today; or a secret under a key that is gone.
            journal.warning("webhook inutilisable", extra={"faits": {"webhook": envoi.webhook_id}})
            consigner(
                envoi_id=envoi.pk, resultat=appel.Resultat(Tentative.Echec.ADRESSE, statut=None, duree_ms=0)
            )


def _preparer(envoi: Envoi) -> _Depart:
    octets = orjson.dumps(corps.decrire(envoi.fait))
    signee = signature.signer(
        cles=cles(envoi.webhook),
        identifiant=str(envoi.fait.cle),
        horodatage=int(time.time()),
        corps=octets,
    )
    entetes = {"Content-Type": "application/json; charset=utf-8", "User-Agent": AGENT, **signee}
    return _Depart(envoi.pk, envoi.webhook_id, destinations.lire(envoi.webhook.adresse), entetes, octets)


@transaction.atomic
def consigner(*, envoi_id: int, resultat: appel.Resultat) -> None:
    """Write how a call went, and what becomes of its delivery and of its webhook."""
    # The webhook first, as its own acts do. Either may have been deleted meanwhile.
    webhook = Webhook.objects.select_for_update().filter(envois=envoi_id).first()
    envoi = Envoi.objects.select_for_update(of=("self",)).select_related("fait").filter(pk=envoi_id).first()
    if webhook is None or envoi is None:
        return
    Tentative.objects.create(
        envoi=envoi, duree_ms=resultat.duree_ms, statut=resultat.statut, echec=resultat.echec
    )
    if resultat.echec == Tentative.Echec.AUCUN:
        _recu(envoi, webhook)
    elif envoi.fait.type == Fait.ESSAI:
        envoi.etat = Envoi.Etat.ABANDONNE
    else:
        _echoue(envoi, webhook)
    # Not `save`: whoever is told of it would wake this very round.
    Envoi.objects.filter(pk=envoi.pk).update(
        etat=envoi.etat, essais=envoi.essais + 1, reprise_le=envoi.reprise_le
    )
    webhook.save(update_fields=["etat", "essaye_le", "en_echec_depuis", "desactive_le"])


def _recu(envoi: Envoi, webhook: Webhook) -> None:
    envoi.etat = Envoi.Etat.RECU
    webhook.en_echec_depuis = None
    if envoi.fait.type == Fait.ESSAI:
        webhook.essaye_le = timezone.now()


def _echoue(envoi: Envoi, webhook: Webhook) -> None:
    maintenant = timezone.now()
    webhook.en_echec_depuis = webhook.en_echec_depuis or maintenant
    if envoi.essais < len(PAUSES):
        envoi.reprise_le = maintenant + timedelta(minutes=PAUSES[envoi.essais])
        return
    envoi.etat = Envoi.Etat.ABANDONNE
    # Others may have been received meanwhile: then it is this event that does not pass, not the webhook.
    if webhook.actif and maintenant - webhook.en_echec_depuis >= PATIENCE:
        _desactiver(webhook)


def _desactiver(webhook: Webhook) -> None:
    """What waits is given up: it may be replayed one by one, or read by the REST API."""
    webhook.etat, webhook.desactive_le = Webhook.Etat.DESACTIVE, timezone.now()
    webhook.envois.filter(etat=Envoi.Etat.EN_ATTENTE).update(etat=Envoi.Etat.ABANDONNE)
    for adresse in a_prevenir(organisation_id=webhook.organisation_id, auteur_id=webhook.cree_par_id):
        ecrire(
            genre="webhook_desactive",
            destinataire=adresse,
            cle=f"webhook_desactive:{webhook.pk}:{webhook.desactive_le:%Y%m%d%H%M%S}:{adresse}",
            contexte={
                "webhook": webhook,
                "organisation": webhook.organisation,
                "url": f"{settings.ADRESSE_PUBLIQUE}/integrations/webhooks/{webhook.cle}",
            },
        )


@contextmanager
def _seul() -> Iterator[bool]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_lock(%s)", [VERROU])
        (pris,) = curseur.fetchone()
    try:
        yield pris
    finally:
        if pris:
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_advisory_unlock(%s)", [VERROU])


@contextmanager
def _boucle() -> Iterator[asyncio.AbstractEventLoop]:
    boucle: Any = asyncio.new_event_loop()
    fil = threading.Thread(target=boucle.run_forever, daemon=True, name="webhooks")
    fil.start()
    try:
        yield boucle
    finally:
        boucle.call_soon_threadsafe(boucle.stop)
        fil.join()
        boucle.close()
