from django.apps import AppConfig


class AbonnementsConfig(AppConfig):
    name = "statut_etudiant.abonnements"
    label = "abonnements"
    verbose_name = "Abonnements aux nouveautés"

    def ready(self) -> None:
        from habilitations.courriels import preferences
        from statut_etudiant.abonnements import registre

        preferences.arreter_par("nouveautes", registre.adresse_d_arret)
