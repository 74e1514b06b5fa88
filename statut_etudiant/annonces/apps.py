from django.apps import AppConfig


class AnnoncesConfig(AppConfig):
    name = "statut_etudiant.annonces"
    label = "annonces"
    verbose_name = "Annonces"

    def ready(self) -> None:
        from statut_etudiant import maintenance
        from statut_etudiant.annonces import maintenances

        maintenance.lire_les_fenetres_par(maintenances.lire)
