from django.apps import AppConfig


class CitoyensConfig(AppConfig):
    name = "statut_etudiant.citoyens"
    label = "citoyens"
    verbose_name = "Pages des citoyens"
