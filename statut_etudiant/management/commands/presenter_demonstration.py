from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statut_etudiant.demonstration import secrets
from statut_etudiant.demonstration.presentation import presenter


class Command(BaseCommand):
    help = "Affiche les personnes, les jetons et un appel prêt à coller, d'après charger_demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        valeurs = secrets.lire()
        if valeurs is None:
            raise CommandError("Rien n'est chargé : lancez d'abord charger_demonstration.")
        for ligne in presenter(valeurs):
            self.stdout.write(ligne)
