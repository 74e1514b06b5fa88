from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class StatutEtudiantConfig(AppConfig):
    name = "statut_etudiant"
    verbose_name = "API Statut étudiant"

    def ready(self) -> None:
        from statut_etudiant import roles, verifications  # noqa: F401 (registers its checks)

        # Once, after all migrations; Django says nothing of a package that has no models, as this one.
        dernier = apps.get_app_config("habilitations")
        post_migrate.connect(lambda **_: roles.accorder(), sender=dernier, weak=False)
