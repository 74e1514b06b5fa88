"""The verification desk: the agents' pages, and those of who designates them."""

from django.urls import path

from statut_etudiant.guichet.views import agents, listes, verifier

urlpatterns = [
    path("verifier-un-statut", verifier.verifier, name="guichet"),
    path("verifier-un-statut/preuve", verifier.prouver, name="guichet-preuve"),
    path("verifier-un-statut/historique", verifier.historique, name="guichet-historique"),
    path("verifier-un-statut/listes", listes.liste, name="guichet-listes"),
    path("verifier-un-statut/listes/nouvelle", listes.envoyer, name="guichet-liste-nouvelle"),
    path("verifier-un-statut/listes/<uuid:cle>", listes.une, name="guichet-liste"),
    path("verifier-un-statut/listes/<uuid:cle>/verifier", listes.confirmer, name="guichet-liste-verifier"),
    path(
        "verifier-un-statut/listes/<uuid:cle>/avancement", listes.avancement, name="guichet-liste-avancement"
    ),
    path("verifier-un-statut/listes/<uuid:cle>/resultat", listes.resultat, name="guichet-liste-resultat"),
    path("verifier-un-statut/listes/<uuid:cle>/effacer", listes.effacer, name="guichet-liste-effacer"),
    path("verifier-un-statut/habilitations/<int:pk>", agents.liste, name="guichet-agents"),
    path("verifier-un-statut/habilitations/<int:pk>/ajouter", agents.ajouter, name="guichet-agent-ajouter"),
    path("verifier-un-statut/agents/<int:pk>/retirer", agents.retirer, name="guichet-agent-retirer"),
]
