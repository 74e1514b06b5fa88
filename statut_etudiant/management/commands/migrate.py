"""Django's own command, as the owner of the tables: the application's role cannot change the structure."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from statut_etudiant import roles


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> Any:
        with roles.en_proprietaire():
            return super().handle(*args, **options)
