"""`manage.py open_api`: write the OpenAPI documents; `--verifier`: say whether the committed copies are up to date."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from statut_etudiant.api.documentation.document import en_yaml
from statut_etudiant.api.documentation.documents import DOCUMENTS

COPIES = Path(settings.BASE_DIR) / "docs"


class Command(BaseCommand):
    help = "Écrit les documents OpenAPI dans docs/."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--verifier", action="store_true", help="échoue si une copie n'est pas à jour, sans l'écrire"
        )

    def handle(self, *args: Any, verifier: bool, **options: Any) -> None:
        for un in DOCUMENTS:
            document, copie = en_yaml(un), COPIES / un.copie
            a_jour = copie.is_file() and copie.read_bytes() == document
            if verifier and not a_jour:
                raise CommandError(f"docs/{un.copie} n'est pas à jour : lancez make openapi.")
            if not a_jour:
                copie.write_bytes(document)
            self.stdout.write(f"docs/{un.copie} est à jour.")
