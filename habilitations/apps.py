from django.apps import AppConfig
from django.core import checks


class HabilitationsConfig(AppConfig):
    name = "habilitations"
    verbose_name = "Habilitations"

    def ready(self) -> None:
        from habilitations import verifications

        checks.register(verifications.verifier, "habilitations")
