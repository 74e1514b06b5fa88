from django.apps import AppConfig


class StatutEtudiantConfig(AppConfig):
    name = "statut_etudiant"
    verbose_name = "API Statut étudiant"
