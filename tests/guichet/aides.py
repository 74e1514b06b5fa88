"""A town without developers: its habilitation, who answers for it, its agents, and what they do in the pages."""

import html
from typing import Any, NamedTuple

from django.test import Client

from habilitations.acteur import Acteur
from habilitations.models import Compte, Demande, Habilitation
from referentiel.models import Echange
from statut_etudiant.guichet import agents
from statut_etudiant.guichet.models import Agent
from tests import fabriques
from tests.habilitations import scenes

GUICHET = "/verifier-un-statut"
DOSSIER = "Cantine 2026-118"


class Ville(NamedTuple):
    """`responsable`: who asked for the habilitation."""

    demande: Demande
    responsable: Acteur

    @property
    def habilitation(self) -> Habilitation:
        self.demande.refresh_from_db()
        assert self.demande.habilitation is not None
        return self.demande.habilitation


def ville(*scopes: str, nom: str = "Ville de Belleroche", **champs: Any) -> Ville:
    responsable = scenes.demandeur(fabriques.organisation(nom=nom))
    if scopes:
        champs["scopes"] = list(scopes)
    return Ville(scenes.demande("validee", acteur=responsable, **champs), responsable)


def designer(ville: Ville, compte: Compte) -> Agent:
    return agents.designer(
        acteur=ville.responsable, habilitation_id=ville.habilitation.pk, courriel=compte.courriel
    )


def agent(ville: Ville, compte: Compte | None = None) -> tuple[Client, Agent]:
    """A designated agent, at a browser where they are signed in."""
    compte = compte or scenes.compte()
    designe = designer(ville, compte)
    return connecte(compte), designe


def connecte(compte: Compte) -> Client:
    client = Client()
    client.force_login(compte)
    return client


def par_ine(client: Client, ine: str, **champs: str) -> Any:
    return client.post(GUICHET, {"par": "ine", "ine": ine, "dossier": DOSSIER, **champs})


IDENTITE = {"nom": "Martin", "prenom": "Camille", "naissance": "2004-03-27", "sexe": "F"}


def par_identite(client: Client, **champs: str) -> Any:
    return client.post(GUICHET, {"par": "identite", "dossier": DOSSIER, **IDENTITE, **champs})


def echanges() -> list[Echange]:
    """Of the desk, oldest first."""
    return list(Echange.objects.filter(interface="guichet").order_by("instant", "id"))


def texte(response: Any) -> str:
    """The page as one line of words."""
    return " ".join(html.unescape(response.content.decode()).split())
