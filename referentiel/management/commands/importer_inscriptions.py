"""`manage.py importer_inscriptions FILE`: the same engine as a deposit, in this process and for every establishment."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from referentiel.imports.depots import bail, moteur
from referentiel.imports.depots.depot import deposer
from referentiel.imports.depots.rejets import ecrire_rejets
from referentiel.models import LigneSignalee, Lot
from referentiel.nomenclatures import EtatLot, Source
from referentiel.tasks import nom_de_tentative

MORCEAU = 1024 * 1024
#: Rejections printed; the report of `--rejets` has them all.
MONTREES = 50
#: Whose fields go by their names on the wire.
FORMATS_JSON = ("json", "ndjson")


class Command(BaseCommand):
    help = "Importe un fichier d'inscriptions (CSV, XLSX, ODS, JSON, NDJSON) et rend compte ligne par ligne."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path)
        parser.add_argument(
            "--tout-ou-rien", action="store_true", help="ne rien prendre si une ligne est rejetée"
        )
        parser.add_argument(
            "--doublons",
            choices=["creer", "mettre-a-jour", "ecarter"],
            default="",
            help="ce que deviennent les doublons probables ; sans ce choix, ils sont créés s'ils sont peu, "
            "écartés sinon",
        )
        parser.add_argument("--rejets", type=Path, metavar="OUT.csv", help="où écrire les lignes rejetées")

    def handle(
        self,
        *args: Any,
        fichier: Path,
        tout_ou_rien: bool,
        doublons: str,
        rejets: Path | None,
        **options: Any,
    ) -> None:
        if rejets is not None:
            _verifier(rejets)
        try:
            lot = deposer(
                contenu=_morceaux(fichier),
                canal=Source.COMMANDE,
                uais=None,
                nom_fichier=fichier.name,
                tout_ou_rien=tout_ou_rien,
                # Taken by this process below, not by a worker.
                etat=EtatLot.A_CONFIRMER,
            )
        except OSError as erreur:
            raise CommandError(f"{fichier} : {erreur.strerror}") from None
        if doublons:
            Lot.objects.filter(pk=lot.pk).update(choix_doublons=doublons.replace("-", "_"))
        pris = bail.prendre(nom_de_tentative(), lot_id=lot.pk)
        if pris is None:
            Lot.objects.filter(pk=lot.pk).update(etat=EtatLot.EN_ATTENTE)
            raise CommandError(
                "Un autre dépôt est en cours pour ces établissements : celui-ci sera fait à sa suite par un "
                f"exécutant (dépôt {lot.cle})."
            )
        try:
            moteur.traiter(pris)
            lot.refresh_from_db()
        except (bail.BailPerdu, OperationalError) as interruption:
            raise CommandError(
                "La base de données s'est interrompue : rien n'est perdu, un exécutant reprendra ce dépôt d'ici une "
                f"minute (dépôt {lot.cle})."
            ) from interruption
        if lot.etat == EtatLot.ECHEC:
            raise CommandError(lot.message)
        self._rendre_compte(lot)
        if rejets is not None:
            with rejets.open("wb") as sortie:
                ecrire_rejets(lot, sortie)
        if lot.rejetees:
            raise SystemExit(1)

    def _rendre_compte(self, lot: Lot) -> None:
        self.stdout.write(
            f"{lot.lignes} lignes lues : {lot.creees} inscriptions créées, {lot.modifiees} mises à jour, "
            f"{lot.inchangees} inchangées, {lot.rejetees} rejetées ; {lot.etudiants_crees} étudiants créés, "
            f"{lot.avis} avertissements."
        )
        if lot.message:
            self.stdout.write(lot.message)
        signalees = LigneSignalee.objects.filter(lot=lot, niveau=LigneSignalee.Niveau.REJET).order_by(
            "ligne", "id"
        )
        for ligne in signalees[:MONTREES]:
            # In a spreadsheet identity is not apart: `identite.sexe` is the column `sexe`.
            champ = ligne.champ if lot.format in FORMATS_JSON else ligne.champ.removeprefix("identite.")
            ou = f"{champ} = « {ligne.valeur} » : " if champ else ""
            self.stderr.write(f"ligne {ligne.ligne} : {ou}{ligne.message}")
        if (reste := signalees.count() - MONTREES) > 0:
            self.stderr.write(f"… et {reste} autres erreurs (--rejets les donne toutes).")


def _verifier(rejets: Path) -> None:
    """Before anything is written: a report that cannot be kept is found out too late after the import."""
    try:
        rejets.open("ab").close()
    except OSError as erreur:
        raise CommandError(f"{rejets} : {erreur.strerror}") from None


def _morceaux(fichier: Path) -> Iterator[bytes]:
    with fichier.open("rb") as ouvert:
        while morceau := ouvert.read(MORCEAU):
            yield morceau
