from django.apps import AppConfig


class CitoyensConfig(AppConfig):
    name = "statut_etudiant.citoyens"
    label = "citoyens"
    verbose_name = "Pages des citoyens"

    def ready(self) -> None:
        from habilitations.protection import copie
        from statut_etudiant.citoyens.models import AdresseDeCitoyen, Contestation, Rectification

        copie.joindre(
            rectifications=Rectification, contestations=Contestation, adresses_de_courriel=AdresseDeCitoyen
        )
