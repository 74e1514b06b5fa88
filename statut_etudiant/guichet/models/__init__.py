from statut_etudiant.guichet.models.agent import Agent, AgentQuerySet

__all__ = ["Agent", "AgentQuerySet"]
