"""End the maintenance declared ahead: for when nobody who may is signed in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from statut_etudiant.annonces import maintenances


class Command(BaseCommand):
    help = "Finit la maintenance en cours, déclarée sur la page « Annonces »."

    def handle(self, *args: Any, **options: Any) -> None:
        trouvee = maintenances.ouvertes().filter(debut__lte=timezone.now()).first()
        if trouvee is None:
            raise CommandError("Aucune maintenance déclarée n'est en cours.")
        maintenances.finir(trouvee, auteur=None)
        self.stdout.write(f"Maintenance finie : {trouvee.motif}.")
