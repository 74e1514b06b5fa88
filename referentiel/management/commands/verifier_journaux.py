import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from referentiel.journal import cles, controle


class Command(BaseCommand):
    help = (
        "Verify the journals against their seals: any alteration, removal, addition, change of order or cut, and where."
        " Exit 1 when something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--ancres",
            type=Path,
            metavar="FILE",
            help="technical logs of the workers (JSON lines), which name each pass's last seal: a cut end shows",
        )
        parser.add_argument(
            "--cle-publique",
            action="store_true",
            help="print the public key of CLE_SCEAUX, for CLES_SCEAUX_ANCIENNES, and verify nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["cle_publique"]:
            try:
                self.stdout.write(cles.publique_courante().hex())
            except ImproperlyConfigured as erreur:
                raise CommandError(str(erreur)) from None
            return
        ancres = {}
        if options["ancres"]:
            try:
                with options["ancres"].open(encoding="utf-8", errors="replace") as lignes:
                    ancres = lire_les_ancres(lignes)
            except OSError as erreur:
                raise CommandError(f"{options['ancres']} : {erreur.strerror}") from None
            if not ancres:
                raise CommandError(f"{options['ancres']} ne nomme aucun sceau.")
        bilan = controle.controler(ancres=ancres)
        self.stdout.write(
            f"{bilan.sceaux} sceaux, {bilan.lignes} lignes vérifiées, {bilan.purgees} tranches purgées à leur terme,"
            f" {bilan.non_scellees} lignes pas encore scellées, {len(ancres)} ancres."
        )
        for ou, quoi in bilan.constats:
            self.stdout.write(f"- {ou} : {quoi}")
        if bilan.constats:
            raise CommandError(f"Les journaux ne sont pas intacts : {len(bilan.constats)} constats.")
        self.stdout.write("Les journaux sont intacts.")


def lire_les_ancres(lignes: Iterable[str]) -> dict[int, str]:
    """Number → digest, of the seals that these lines of technical log name; other lines are passed over."""
    ancres = {}
    for ligne in lignes:
        if '"sceau"' not in ligne:
            continue
        try:
            dit = json.loads(ligne[ligne.index("{") :])
            ancres[int(dit["sceau"])] = str(dit["empreinte"])
        except (ValueError, KeyError, TypeError):
            continue
    return ancres
