import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

import referentiel
from referentiel.generation.copie import generer
from referentiel.models import Etablissement

ETABLISSEMENTS = Path(referentiel.__file__).parent / "donnees" / "demonstration" / "etablissements.csv"
#: Seconds between two lines of progress.
PAUSE = 5.0


def _entier(minimum: int, maximum: int) -> Callable[[str], int]:
    def lire(valeur: str) -> int:
        if not (valeur.isascii() and valeur.isdigit() and minimum <= int(valeur) <= maximum):
            raise ArgumentTypeError(f"un nombre entier de {minimum} à {maximum} est attendu")
        return int(valeur)

    return lire


class Command(BaseCommand):
    help = (
        "Ajoute au référentiel des étudiants inventés mais plausibles, pour le développement et les mesures. Les "
        "jetons ordinaires les voient. Refusé en production."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--etudiants", type=_entier(1, 30_000_000), required=True, metavar="N")
        parser.add_argument(
            "--inscriptions-par-etudiant",
            type=_entier(1, 12),
            default=1,
            metavar="K",
            help="une par année universitaire : celle en cours, puis les précédentes (1 par défaut)",
        )
        parser.add_argument("--graine", type=int, default=0, metavar="S", help="0 par défaut")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENVIRONNEMENT == "production":
            raise CommandError("Cette commande invente des étudiants : elle est refusée en production.")
        if not Etablissement.objects.reels().ouverts().exists():
            call_command("importer_etablissements", str(ETABLISSEMENTS), verbosity=0)
        debut = time.monotonic()
        comptes = generer(
            etudiants=options["etudiants"],
            par_etudiant=options["inscriptions_par_etudiant"],
            graine=options["graine"],
            progression=self._progression(options["etudiants"])
            if options["verbosity"]
            else lambda faits: None,
        )
        if options["verbosity"]:
            self.stderr.write(
                f"{_milliers(comptes.etudiants)} étudiants et {_milliers(comptes.inscriptions)} inscriptions ajoutés "
                f"en {time.monotonic() - debut:.0f} s."
            )

    def _progression(self, total: int) -> Callable[[int], None]:
        debut = derniere = time.monotonic()

        def dire(faits: int) -> None:
            nonlocal derniere
            maintenant = time.monotonic()
            if maintenant - derniere < PAUSE:
                return
            derniere = maintenant
            self.stderr.write(
                f"{_milliers(faits)} étudiants sur {_milliers(total)} ({faits * 100 // total} %), "
                f"{_milliers(round(faits / (maintenant - debut)))} par seconde"
            )
            self.stderr.flush()

        return dire


def _milliers(nombre: int) -> str:
    return f"{nombre:,}".replace(",", " ")
