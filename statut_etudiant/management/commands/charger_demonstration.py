from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from statut_etudiant.demonstration.chargement import charger


class Command(BaseCommand):
    help = (
        "Charge les données de démonstration : établissements, étudiants inventés, personnes, demandes, jetons. "
        "Relancée, ne refait que ce qui manque. Refusée en production."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENVIRONNEMENT == "production":
            raise CommandError("Les données de démonstration ne se chargent pas en production.")

        def dire(quoi: str) -> None:
            if options["verbosity"]:
                self.stdout.write(f"  {quoi}…")
                self.stdout.flush()

        charger(dire)
