from statut_etudiant.guichet.models.agent import Agent, AgentQuerySet
from statut_etudiant.guichet.models.liste import LigneDeListe, Liste, ListeQuerySet

__all__ = ["Agent", "AgentQuerySet", "LigneDeListe", "Liste", "ListeQuerySet"]
