from django.apps import AppConfig


class CertificatsConfig(AppConfig):
    name = "statut_etudiant.certificats"
    label = "certificats"
    verbose_name = "Certificats"
