"""The desk's work in the background. Each task finds what to do in the database."""

import logging

from celery import shared_task
from django.db import OperationalError

from referentiel.tasks import nom_de_tentative
from statut_etudiant.guichet import conservation, surveillance
from statut_etudiant.guichet.listes import bail, moteur
from statut_etudiant.guichet.listes.depot import reveiller

journal = logging.getLogger(__name__)


@shared_task
def traiter_listes() -> int:
    """A slice of the list that has waited longest, then the next one's turn in a message of its own: deposits, mails
    and the other lists pass in between. How many lists were worked at."""
    liste = bail.prendre(nom_de_tentative())
    if liste is None:
        return 0
    if liste.tentatives > bail.TENTATIVES_MAXIMALES:
        moteur.abandonner(liste)
    else:
        try:
            moteur.avancer(liste)
        except bail.BailPerdu:
            journal.warning("bail perdu", extra={"faits": {"liste": liste.pk}})
        except OperationalError:
            journal.exception("base indisponible pendant une liste", extra={"faits": {"liste": liste.pk}})
            return 0
    reveiller()
    return 1


@shared_task
def entretenir() -> int:
    """Daily: what is old enough is forgotten."""
    return conservation.oublier_les_agents() + conservation.oublier_les_listes()


@shared_task
def surveiller() -> int:
    """Hourly: the agents who verify more than they should, or people whom nobody knows."""
    return surveillance.surveiller()
