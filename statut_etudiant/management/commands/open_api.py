"""`manage.py open_api`: write the OpenAPI document; `--verifier`: say whether the committed copy is up to date."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from statut_etudiant.api.documentation.document import en_yaml

COPIE = Path(settings.BASE_DIR) / "docs" / "open-api.yml"


class Command(BaseCommand):
    help = "Écrit le document OpenAPI dans docs/open-api.yml."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--verifier", action="store_true", help="échoue si la copie n'est pas à jour, sans l'écrire"
        )

    def handle(self, *args: Any, verifier: bool, **options: Any) -> None:
        document = en_yaml()
        a_jour = COPIE.is_file() and COPIE.read_bytes() == document
        if verifier and not a_jour:
            raise CommandError("docs/open-api.yml n'est pas à jour : lancez make openapi.")
        if not a_jour:
            COPIE.write_bytes(document)
        self.stdout.write("docs/open-api.yml est à jour.")
