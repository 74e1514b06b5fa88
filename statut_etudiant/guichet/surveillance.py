"""Agents who verify far more than they usually do, or many people whom nobody knows: told to the ministry's data
protection officer, as the tokens' alerts are, and to whoever asked for the habilitation.

Counted in the exchange journal: the desk keeps nothing more.
"""

from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from habilitations.courriels.boite import ecrire
from habilitations.jetons.surveillance import JOURS_COMPARES, Journee, Seuils, anormal, mesures_lisibles
from habilitations.models import Compte, Habilitation
from referentiel.models import Alerte, Echange
from statut_etudiant.guichet.journal import INTERFACE
from statut_etudiant.guichet.listes.depot import LIGNES_MAXIMUM
from statut_etudiant.guichet.models import Agent

#: A person verifies less than software does: without a past, a whole list is still a list.
D_UN_AGENT = Seuils(minimum=500, sans_passe=LIGNES_MAXIMUM + 1, introuvables=50)
_MESURES = {"appels": "verifications", "mediane": "ordinaire"}


def surveiller() -> int:
    """Look at today so far; how many alerts are new."""
    aujourdhui = timezone.localdate()
    nouvelles = 0
    for compte_id, jours in _journees(aujourdhui).items():
        jour = jours.pop(aujourdhui, None)
        if jour is None:
            continue
        for genre, comptees in anormal(jour, [un.appels for un in jours.values()], D_UN_AGENT):
            mesures = {_MESURES.get(nom, nom): valeur for nom, valeur in comptees.items()}
            if Alerte.lever(genre, f"compte:{compte_id}", mesures, jour=aujourdhui):
                nouvelles += 1
                _prevenir(
                    Alerte.objects.get(genre=genre, sujet=f"compte:{compte_id}", jour=aujourdhui), compte_id
                )
    return nouvelles


def _journees(aujourdhui: date) -> dict[int, dict[date, Journee]]:
    minuit = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    lignes = (
        Echange.objects.filter(
            interface=INTERFACE,
            compte_id__isnull=False,
            instant__gte=minuit - timedelta(days=JOURS_COMPARES),
        )
        .order_by()
        .values("compte_id", jour=TruncDate("instant"))
        .annotate(appels=Count("id"), introuvables=Count("id", filter=Q(issue=Echange.Issue.NON_TROUVE)))
    )
    agents: dict[int, dict[date, Journee]] = defaultdict(dict)
    for ligne in lignes:
        agents[ligne["compte_id"] or 0][ligne["jour"]] = Journee(ligne["appels"], ligne["introuvables"])
    return agents


def _prevenir(alerte: Alerte, compte_id: int) -> None:
    """Whoever asked for the habilitations under which this person verifies: they may remove them."""
    agent = Compte.objects.get(pk=compte_id)
    for designe in (
        Agent.objects.en_service()
        .filter(compte=compte_id)
        .select_related("demande__demandeur", "demande__habilitation__organisation")
    ):
        habilitation = designe.demande.habilitation
        assert isinstance(habilitation, Habilitation)  # noqa: S101 - designations in force have one
        ecrire(
            genre="guichet_alerte",
            destinataire=designe.demande.demandeur.courriel,
            cle=f"guichet_alerte:{alerte.pk}:{designe.pk}",
            contexte={
                "alerte": alerte,
                "agent": str(agent),
                "organisation": habilitation.organisation,
                "mesures": mesures_lisibles(alerte),
                "lien": settings.ADRESSE_PUBLIQUE + reverse("guichet-agents", args=[habilitation.pk]),
            },
        )
