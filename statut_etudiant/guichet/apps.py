from django.apps import AppConfig


class GuichetConfig(AppConfig):
    name = "statut_etudiant.guichet"
    label = "guichet"
    verbose_name = "Guichet de vérification"

    def ready(self) -> None:
        from habilitations.protection import copie
        from statut_etudiant.guichet.models import Agent, Liste

        copie.joindre_aux_comptes(agent_du_guichet=Agent, listes_verifiees=Liste)
