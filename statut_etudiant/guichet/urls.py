"""The verification desk: the agents' pages, and those of who designates them."""

from django.urls import path

from statut_etudiant.guichet.views import agents, verifier

urlpatterns = [
    path("verifier-un-statut", verifier.verifier, name="guichet"),
    path("verifier-un-statut/preuve", verifier.prouver, name="guichet-preuve"),
    path("verifier-un-statut/historique", verifier.historique, name="guichet-historique"),
    path("verifier-un-statut/habilitations/<int:pk>", agents.liste, name="guichet-agents"),
    path("verifier-un-statut/habilitations/<int:pk>/ajouter", agents.ajouter, name="guichet-agent-ajouter"),
    path("verifier-un-statut/agents/<int:pk>/retirer", agents.retirer, name="guichet-agent-retirer"),
]
