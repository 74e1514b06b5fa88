from django.apps import AppConfig


class DisponibiliteConfig(AppConfig):
    name = "statut_etudiant.disponibilite"
    label = "disponibilite"
    verbose_name = "Disponibilité"
