"""Django's own command, as the owner of the tables, and giving way to those who work meanwhile.

The application's role cannot change the structure (ADR 0019). How long a statement may wait for a lock, and hold it, is
said in `statut_etudiant.sous_charge` (ADR 0030).
"""

import time
from typing import Any

from django.core.management import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError

from statut_etudiant import roles, sous_charge


class Command(Migrate):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--attente-verrou",
            type=float,
            default=sous_charge.VERROU_SECONDES,
            metavar="SECONDES",
            help="ce qu'une instruction attend d'un verrou avant de laisser passer les autres (2 ; 0 : sans limite)",
        )
        parser.add_argument(
            "--delai-instruction",
            type=float,
            default=sous_charge.INSTRUCTION_SECONDES,
            metavar="SECONDES",
            help="ce qu'une instruction qui gêne les autres peut durer (60 ; 0 : sans limite, service arrêté)",
        )
        parser.add_argument(
            "--essais",
            type=int,
            default=sous_charge.ESSAIS,
            help="nombre d'essais quand un verrou est refusé (10)",
        )

    def handle(self, *args: Any, **options: Any) -> Any:
        voulues = sous_charge.Bornes(options.pop("attente_verrou"), options.pop("delai_instruction"))
        essais = options.pop("essais")
        with roles.en_proprietaire():
            try:
                with sous_charge.bornes(voulues, options["database"]):
                    sous_charge.reessayer(
                        lambda: super(Command, self).handle(*args, **options),
                        essais=essais,
                        dire=self._dire_qui,
                        attendre=time.sleep,
                    )
            except sous_charge.MigrationEnCours:
                raise CommandError("Une autre migration de cette base est en cours.") from None
            except OperationalError as erreur:
                if sous_charge.trop_longue(erreur):
                    raise CommandError(
                        f"Une instruction a duré plus de {voulues.instruction:g} s en gênant les autres : elle est "
                        "défaite. Recommencez pendant une maintenance, avec --delai-instruction 0."
                    ) from erreur
                raise

    def _dire_qui(self, phrase: str) -> None:
        self.stderr.write(f"{phrase} Pour information, {sous_charge.transactions_ouvertes()}.")
