"""`manage.py importer_etablissements FILE`: the ministry's open data, or a plain list of establishments."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from referentiel.ecriture.signalements import Signalement
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.imports.listes.etablissements import importer

#: Warnings printed; rejected lines are all printed.
AVIS_MONTRES = 50


class Command(BaseCommand):
    help = (
        "Importe des établissements : le fichier ouvert du ministère, ou un fichier aux colonnes "
        "uai,nom,type,secteur,codeCommune,siret (uai, nom et codeCommune obligatoires)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path)
        parser.add_argument("--a-blanc", action="store_true", help="rendre compte sans rien enregistrer")

    def handle(self, *args: Any, fichier: Path, a_blanc: bool, **options: Any) -> None:
        try:
            with fichier.open("rb") as ouvert:
                bilan = importer(fichier=ouvert, auteur="commande:importer_etablissements", a_blanc=a_blanc)
        except OSError as panne:
            raise CommandError(f"{fichier} : {panne.strerror}") from None
        except FichierIllisible as illisible:
            raise CommandError(f"{fichier.name} : {illisible.message}") from None
        if options["verbosity"] > 0:
            self.stdout.write(
                f"{bilan.lignes} lignes lues : {bilan.crees} établissements créés, {bilan.modifies} mis à jour, "
                f"{bilan.inchanges} inchangés, {bilan.rejetes} rejetés ; {len(bilan.avis)} avertissements"
                + (f" ; {bilan.anciens_uai} anciens codes UAI enregistrés." if bilan.anciens_uai else ".")
                + (" Essai à blanc : rien n'est enregistré." if a_blanc else "")
            )
        for numero, erreur in bilan.erreurs:
            self.stderr.write(_dire(numero, erreur))
        if options["verbosity"] > 0:
            for numero, avis in bilan.avis[:AVIS_MONTRES]:
                self.stderr.write(_dire(numero, avis, " (avertissement)"))
            if (reste := len(bilan.avis) - AVIS_MONTRES) > 0:
                self.stderr.write(f"… et {reste} autres avertissements.")
        if bilan.rejetes:
            raise SystemExit(1)


def _dire(numero: int, dit: Signalement, sorte: str = "") -> str:
    ou = f"{dit.champ} = « {dit.valeur} » : " if dit.champ else ""
    return f"ligne {numero}{sorte} : {ou}{dit.message}"
