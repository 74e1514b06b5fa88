from django.apps import AppConfig


class CertificatsConfig(AppConfig):
    name = "statut_etudiant.certificats"
    label = "certificats"
    verbose_name = "Certificats"

    def ready(self) -> None:
        from habilitations.protection import copie
        from statut_etudiant.certificats.models import Certificat

        copie.joindre(certificats=Certificat)
