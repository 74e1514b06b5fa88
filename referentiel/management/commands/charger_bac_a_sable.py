"""`manage.py charger_bac_a_sable`: put the sandbox's fixed set back as it is declared."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from referentiel.bac_a_sable import UaiDejaPris, charger


class Command(BaseCommand):
    help = (
        "Remet le bac à sable dans son état de référence (docs/bac-a-sable.md) et retire ce qui y a été ajouté. "
        "Les données réelles ne sont jamais touchées."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bilan = charger(aujourdhui=timezone.localdate(), auteur="commande:charger_bac_a_sable")
        except UaiDejaPris as refus:
            raise CommandError(str(refus)) from None
        if options["verbosity"] > 0:
            self.stdout.write(
                f"Bac à sable : {bilan.etablissements} établissements, {bilan.etudiants} étudiants, "
                f"{bilan.inscriptions} inscriptions ; {bilan.ecrits} écrits ou remis en état, "
                f"{bilan.retires} retirés."
            )
