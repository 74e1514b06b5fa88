from django.apps import AppConfig
from django.core import checks


class HabilitationsConfig(AppConfig):
    name = "habilitations"
    verbose_name = "Habilitations"

    def ready(self) -> None:
        from habilitations import verifications
        from habilitations.comptes import signaux  # noqa: F401 (connects itself)
        from habilitations.integrateurs import signaux as signaux_des_faits  # noqa: F401 (likewise)

        checks.register(verifications.verifier, "habilitations")
        checks.register(verifications.verifier_les_webhooks, "habilitations")
