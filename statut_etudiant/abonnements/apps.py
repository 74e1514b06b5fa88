from django.apps import AppConfig


class AbonnementsConfig(AppConfig):
    name = "statut_etudiant.abonnements"
    label = "abonnements"
    verbose_name = "Abonnements aux nouveautés"
