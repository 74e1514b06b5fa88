import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from statut_etudiant import reprise


class Command(BaseCommand):
    help = (
        "What was withdrawn or corrected these last days, as JSON lines of identifiers, to keep out of the database;"
        " with --registre, after the restore of a backup: do it again, and say what people must do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jours", type=int, default=40, help="how far back to list (40)")
        parser.add_argument(
            "--registre", type=Path, metavar="FILE", help="what was listed before the restore"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["registre"] is None:
            depuis = timezone.now() - datetime.timedelta(days=options["jours"])
            for fait in reprise.faits_depuis(depuis):
                self.stdout.write(json.dumps(fait._asdict()))
            return
        bilan = reprise.reprendre(_lire(options["registre"]))
        self.stdout.write(f"Jetons révoqués de nouveau : {bilan.jetons_revoques}.")
        for chose in bilan.a_faire:
            self.stdout.write(f"À faire : {chose}.")


def _lire(fichier: Path) -> Iterator[reprise.Fait]:
    try:
        lignes = fichier.read_text(encoding="utf-8").splitlines()
        dits = [json.loads(ligne) for ligne in lignes if ligne.strip()]
        faits = [reprise.Fait(str(dit["genre"]), int(dit["identifiant"]), str(dit["le"])) for dit in dits]
    except OSError as erreur:
        raise CommandError(f"{fichier} : {erreur.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise CommandError(f"{fichier} : ce n'est pas ce que cette commande a écrit.") from None
    if inconnus := {fait.genre for fait in faits} - reprise.SOURCES.keys():
        raise CommandError(f"{fichier} : genres inconnus : {', '.join(sorted(inconnus))}.")
    yield from faits
