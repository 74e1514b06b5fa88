"""Work in the background. Tasks receive nothing, or identifiers only: the truth is in the database."""

import logging
import os
import socket
import uuid

from celery import shared_task
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from referentiel import bac_a_sable, une_fois
from referentiel.ecriture import doublons, introuvables, naissances
from referentiel.imports.depots import bail, entretien, moteur
from referentiel.indisponibilite import absence
from referentiel.journal import echanges, effacements, sceaux
from referentiel.pilotage import couverture
from referentiel.verification import ines, passage

journal = logging.getLogger(__name__)


@shared_task
def traiter_lots() -> int:
    """Do the batches that wait, one after the other; how many were done.

    Sent at each deposit, and every few seconds by the scheduler in case the message was lost or a worker died.
    """
    faits = 0
    while lot := bail.prendre(nom_de_tentative()):
        if lot.tentatives > bail.TENTATIVES_MAXIMALES:
            moteur.abandonner(lot)
            continue
        try:
            moteur.traiter(lot)
        except bail.BailPerdu:
            journal.warning("bail perdu", extra={"faits": {"lot": lot.pk}})
            continue
        except Exception as erreur:
            if (manque := absence(erreur)) is None:
                raise
            journal.exception(
                "dépôt remis à plus tard", extra={"faits": {"lot": lot.pk, "absence": manque.name}}
            )
            bail.rendre(lot)
            break
        faits += 1
    return faits


def nom_de_tentative() -> str:
    """A name that no other attempt bears: host, process, and a random part."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


@shared_task
def entretenir_journal() -> None:
    """Daily: partitions of the exchange journal ahead, and the end of those whose time has passed."""
    echanges.preparer_partitions()
    for partition in echanges.purger():
        journal.info("partition du journal supprimée", extra={"faits": {"partition": partition}})


@shared_task
def effacer_etudiants() -> None:
    """Every minute: the erasures that the data protection officer has asked for."""
    effacements.executer_en_attente()


@shared_task
def sceller_journaux() -> None:
    """Every few minutes: seal what the journals have received. The last seal's number and digest go to the technical
    log, out of the database's reach: `verifier_journaux --ancres` looks for them."""
    faits = sceaux.sceller()
    if faits:
        dernier = faits[-1]
        journal.info(
            "journaux scellés",
            extra={
                "faits": {
                    "sceau": dernier.numero,
                    "empreinte": sceaux.empreinte_du_sceau(dernier).hex(),
                    "tranches": len(faits),
                }
            },
        )


@shared_task
def entretenir_lots() -> None:
    """Daily: deposits that nobody confirmed are cancelled, contents that are of no more use forgotten."""
    naissances.oublier()
    introuvables.oublier()
    annules, effaces = entretien.entretenir(maintenant=timezone.now())
    if annules or effaces:
        journal.info("contenus de dépôts effacés", extra={"faits": {"annules": annules, "effaces": effaces}})


# A concurrent write to the sandbox may make it fail (deadlock, new record of a student).
@shared_task(autoretry_for=(OperationalError, IntegrityError), max_retries=5, retry_backoff=30)
def restaurer_bac_a_sable() -> None:
    """Nightly: the sandbox as its page describes it, without what its writers have added."""
    bilan = bac_a_sable.charger(aujourdhui=timezone.localdate(), auteur="tache:restaurer_bac_a_sable")
    journal.info("bac à sable restauré", extra={"faits": bilan._asdict()})


@shared_task
def rafraichir_couverture() -> int:
    """Every quarter of an hour: which establishments feed the referential, and how freshly."""
    return couverture.rafraichir(aujourdhui=timezone.localdate())


# One of the students may be merged meanwhile.
@shared_task(autoretry_for=(OperationalError, IntegrityError), max_retries=3, retry_backoff=60)
def reperer_doublons() -> None:
    """Nightly: students of different INE who may be one person."""
    bilan = doublons.reperer()
    journal.info("doublons possibles", extra={"faits": bilan._asdict()})


# Each call has its time limits; these stop a service that answers one byte at a time.
@shared_task(soft_time_limit=120, time_limit=150)
def verifier_identites() -> None:
    """Every minute, when INES is configured: have it confirm the identity of some students."""
    if not ines.configure():
        return
    bilan = passage.passer()
    if bilan is not None and any(bilan):
        journal.info("identités vérifiées", extra={"faits": bilan._asdict()})


@shared_task
def rafraichir_couvertures_perimees() -> int:
    """Every half minute: the figures of the establishments whose records have just changed."""
    return couverture.rafraichir_perimees(aujourdhui=timezone.localdate(), secondes=15)


@shared_task
def oublier_formulaires() -> int:
    """Erase what was kept for a second click, a minute after the first; how many rows."""
    return une_fois.oublier()
