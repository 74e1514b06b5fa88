from typing import Any

from django.core.management.base import BaseCommand

from statut_etudiant.disponibilite import signes


class Command(BaseCommand):
    help = "Note that a backup has just succeeded: for the end of the script that makes it. /metrics tells its age."

    def handle(self, *args: Any, **options: Any) -> None:
        signes.noter(signes.SAUVEGARDE)
