from django.apps import AppConfig


class HabilitationsConfig(AppConfig):
    name = "habilitations"
    verbose_name = "Habilitations"

    def ready(self) -> None:
        from habilitations.comptes import signaux  # noqa: F401 (connects itself)
