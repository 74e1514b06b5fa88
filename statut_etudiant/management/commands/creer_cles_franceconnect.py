from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statut_etudiant.franceconnect.cles import renouveler
from statut_etudiant.franceconnect.protocole import CHIFFREMENTS
from statut_etudiant.trousseaux import ClesIllisibles


class Command(BaseCommand):
    help = (
        "Crée le fichier des clés privées qui déchiffrent les réponses de FranceConnect (FRANCECONNECT_CLES), ou lui "
        "ajoute une nouvelle clé courante : les précédentes restent, pour les réponses en route. Les serveurs la "
        "prennent sans être relancés."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path, help="fichier JWKS à créer ou à compléter")
        parser.add_argument(
            "--alg", choices=CHIFFREMENTS, default=CHIFFREMENTS[0], help="algorithme déclaré à FranceConnect"
        )

    def handle(self, *args: Any, fichier: Path, alg: str, **options: Any) -> None:
        try:
            kid, nombre = renouveler(fichier, algorithme=alg)
        except ClesIllisibles as erreur:
            raise CommandError(str(erreur)) from None
        except OSError as erreur:
            raise CommandError(f"{fichier} ne s'écrit pas ({type(erreur).__name__}).") from None
        self.stderr.write(f"Clé courante {kid} ({alg}), {nombre} clé(s) dans {fichier}.")
