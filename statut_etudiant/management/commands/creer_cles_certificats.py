from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statut_etudiant.certificats.cles import ALGORITHME, renouveler
from statut_etudiant.trousseaux import ClesIllisibles


class Command(BaseCommand):
    help = (
        "Crée le fichier des clés privées qui signent les certificats numériques (CERTIFICATS_CLES), ou lui ajoute une "
        "nouvelle clé courante : les précédentes restent publiées, pour les certificats qu'elles ont signés. Les "
        "serveurs la prennent sans être relancés."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path, help="fichier JWKS à créer ou à compléter")

    def handle(self, *args: Any, fichier: Path, **options: Any) -> None:
        try:
            kid, nombre = renouveler(fichier)
        except ClesIllisibles as erreur:
            raise CommandError(str(erreur)) from None
        except OSError as erreur:
            raise CommandError(f"{fichier} ne s'écrit pas ({type(erreur).__name__}).") from None
        self.stderr.write(f"Clé courante {kid} ({ALGORITHME}), {nombre} clé(s) dans {fichier}.")
