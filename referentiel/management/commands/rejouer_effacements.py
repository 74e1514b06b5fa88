import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from referentiel.journal import effacements


class Command(BaseCommand):
    help = (
        "After the restore of a backup: erase again the students that the ledger says were erased. The ledger is as old"
        " as the backup: give the workers' technical log, which names the later ones, with --registre."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--registre", type=Path, metavar="FILE", help="technical log of the workers (JSON lines)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        traces = list(_lire(options["registre"])) if options["registre"] else []
        try:
            nombre = effacements.rejouer(traces)
        except ImproperlyConfigured as erreur:
            raise CommandError(str(erreur)) from None
        except effacements.JournalAltere as altere:
            raise CommandError(f"Le journal a été changé, rien n'est effacé : {altere}") from None
        self.stdout.write(
            f"Étudiants effacés de nouveau : {nombre} ({len(traces)} traces lues dans le registre)."
        )


def _lire(fichier: Path) -> Iterator[effacements.Trace]:
    try:
        lignes = fichier.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as erreur:
        raise CommandError(f"{fichier} : {erreur.strerror}") from None
    for ligne in lignes:
        if '"effacement"' not in ligne:
            continue
        try:
            dit = json.loads(ligne[ligne.index("{") :])
            yield effacements.Trace(UUID(dit["effacement"]), str(dit["empreinte"]))
        except (ValueError, KeyError, TypeError):
            continue
