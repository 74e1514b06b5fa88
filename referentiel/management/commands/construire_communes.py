"""Rebuild the file of communes from the npm package `@etalab/decoupage-administratif`.

The package is given, already downloaded: nothing here goes to the network.
"""

import csv
import gzip
import io
import json
import re
import tarfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from referentiel.communes import COLONNES_FICHIER, DONNEES, FICHIER_COMMUNES
from referentiel.identifiants import MOTIF_CODE_COMMUNE

COMPLEMENTS = DONNEES / "complements.csv"
TYPES = {"commune-actuelle": "actuelle", "arrondissement-municipal": "arrondissement"}
#: Last year of Seine (75) and Seine-et-Oise (78), whose communes took new codes in the départements 91 to 95.
FIN_SEINE = 1967

Ligne = dict[str, Any]


class Command(BaseCommand):
    help = "Reconstruit le fichier des communes à partir du paquet npm @etalab/decoupage-administratif."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source", type=Path, help="l'archive du paquet (.tgz), ou son dossier décompressé"
        )
        parser.add_argument("--sortie", type=Path, default=FICHIER_COMMUNES, help="fichier à écrire")

    def handle(self, *args: object, source: Path, sortie: Path, **options: object) -> None:
        lignes = construire(lire_communes(source), lire_complements())
        # No date and no file name in the archive: the same source gives the same bytes.
        sortie.write_bytes(gzip.compress(ecrire_csv(lignes), compresslevel=9, mtime=0))
        comptes = Counter(ligne["type"] for ligne in lignes)
        details = ", ".join(f"{nombre} {type_}" for type_, nombre in sorted(comptes.items()))
        self.stdout.write(f"{sortie.name} : {len(lignes)} codes ({details}).")


def lire_communes(source: Path) -> list[Ligne]:
    """`data/communes.json` of the package."""
    communes: list[Ligne]
    try:
        if source.is_dir():
            communes = json.loads((source / "data" / "communes.json").read_bytes())
        else:
            with tarfile.open(source) as archive:
                membre = archive.extractfile("package/data/communes.json")
                communes = json.loads(membre.read() if membre else b"")
    except (OSError, KeyError, tarfile.TarError, ValueError) as erreur:
        raise CommandError(f"Ce n'est pas le paquet @etalab/decoupage-administratif : {erreur}") from erreur
    return communes


def lire_complements() -> list[dict[str, str]]:
    with COMPLEMENTS.open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


def construire(communes: list[Ligne], complements: list[dict[str, str]]) -> list[Ligne]:
    """The rows of the file, one a code, in the order of codes."""
    lignes: dict[str, Ligne] = {}
    noms_passes = defaultdict(
        list
    )  # a commune's code may have been that of a smaller one, under another name
    for commune in communes:
        code = commune["code"]
        if commune["type"] in TYPES:
            lignes[code] = {
                "code": code,
                "nom": commune["nom"],
                "type": TYPES[commune["type"]],
                "departement": commune["departement"],
                "code_actuel": commune.get("commune", ""),
                "codes_postaux": " ".join(commune.get("codesPostaux", ())),
            }
    actuelles = [commune for commune in communes if commune["type"] == "commune-actuelle"]
    for commune in communes:
        if commune["type"] in TYPES:
            continue
        if commune["code"] not in lignes:
            lignes[commune["code"]] = _ancienne(commune["code"], commune["nom"], lignes[commune["chefLieu"]])
        elif commune["nom"] != lignes[commune["code"]]["nom"]:
            noms_passes[commune["code"]].append(commune["nom"])
    for commune in actuelles:
        anciens = commune.get("anciensCodes", ())
        for code in anciens:
            # Corsica's codes before 1976 (20xxx) have not the shape of a place, which is 2A or 2B.
            if code not in lignes and re.fullmatch(MOTIF_CODE_COMMUNE, code):
                lignes[code] = _ancienne(code, "", lignes[commune["code"]])
        _nommer_codes_de_la_seine(commune, anciens, lignes)
    for complement in complements:
        ligne = _ancienne(complement["code"], complement["nom"], lignes[complement["code_actuel"]])
        lignes[complement["code"]] = ligne | {"annee_fin": complement["annee_fin"]}
    for code, noms in noms_passes.items():
        lignes[code]["autres_noms"] = "|".join(sorted(noms))
    return [lignes[code] for code in sorted(lignes)]


def _ancienne(code: str, nom: str, actuelle: Ligne) -> Ligne:
    return {
        "code": code,
        "nom": nom,
        "type": "ancienne",
        "departement": actuelle["departement"],
        "code_actuel": actuelle["code"],
    }


def _nommer_codes_de_la_seine(commune: Ligne, anciens: list[str], lignes: dict[str, Ligne]) -> None:
    """Name the codes of before 1968, which the package lists without a name.

    Most kept their last three digits (75007 → 92007), also when the commune has been merged since; for the others,
    the name is sure when the commune of today has no other code of that time.
    """
    if commune["departement"] not in {"91", "92", "93", "94", "95"}:
        return
    codes = [code for code in anciens if code[:2] in {"75", "78"}]
    for code in codes:
        meme_numero = lignes.get(commune["departement"] + code[2:])
        lignes[code]["annee_fin"] = FIN_SEINE
        if meme_numero and commune["code"] in (meme_numero["code"], meme_numero.get("code_actuel")):
            lignes[code]["nom"] = meme_numero["nom"]
        elif len(codes) == 1:
            lignes[code]["nom"] = commune["nom"]


def ecrire_csv(lignes: list[Ligne]) -> bytes:
    texte = io.StringIO()
    ecriture = csv.DictWriter(texte, COLONNES_FICHIER, restval="", lineterminator="\n")
    ecriture.writeheader()
    ecriture.writerows(lignes)
    return texte.getvalue().encode()
