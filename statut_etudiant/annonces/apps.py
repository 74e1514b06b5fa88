from django.apps import AppConfig


class AnnoncesConfig(AppConfig):
    name = "statut_etudiant.annonces"
    label = "annonces"
    verbose_name = "Annonces"
