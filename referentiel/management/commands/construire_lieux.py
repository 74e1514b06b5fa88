"""Rebuild the file of birth places of other times from what INSEE publishes.

The files are given, already downloaded: nothing here goes to the network.
"""

import csv
import datetime
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from referentiel.communes import DONNEES, ReferenceCommunes, cle_commune, reference
from referentiel.histoire import COLONNES, FICHIER
from referentiel.identifiants import MOTIF_LIEU_NAISSANCE
from referentiel.management.commands.construire_communes import lire_communes

#: Kept by hand: usual names, and until when births took a country's former code (`-`: still; otherwise `FIN_PAYS`).
COMPLEMENTS = DONNEES / "pays_complements.csv"
#: The last year of the former codes of the countries born of the USSR, Yugoslavia and Czechoslovakia; those of the
#: colonies ended before.
FIN_PAYS = "1992"

#: Columns of INSEE's history that are read.
_LUES = {"DEP", "COM", "EFF", "MOD", "COMECH", "DEPANC", "TNCCOFF", "NCCOFF", "TNCCANC", "NCCANC"}
#: INSEE's codes for the article that its file keeps apart from the name.
_ARTICLES = {
    "2": "Le ", "3": "La ", "4": "Les ", "5": "L'", "6": "Aux ", "7": "Las ", "8": "Los ",
}  # fmt: skip
#: Kinds of event (`MOD`): a commune joins another, in whatever form; is separated from it; changes département.
_REUNIONS = {"300", "310", "311", "312", "330", "331", "332", "333", "350", "351"}
_SEPARATION = "210"
_CHANGEMENTS_DE_CODE = {"410", "411"}
#: Two of the files' countries are no country: France, and a line without a code.
_HORS_PAYS = {"", "XXXXX"}

Ligne = tuple[str, str, str, str, str]  # in the order of COLONNES
Evenement = dict[str, str]


class Command(BaseCommand):
    help = (
        "Reconstruit le fichier des lieux de naissance d'autrefois à partir de l'historique des communes et de la "
        "liste des pays de l'Insee."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("historique", type=Path, help="historique des communes (texte, tabulations)")
        parser.add_argument("pays", type=Path, help="pays et territoires étrangers (CSV)")
        parser.add_argument(
            "--cog",
            type=Path,
            nargs="*",
            default=[],
            help="paquets @etalab/decoupage-administratif d'années passées, pour les noms quittés depuis",
        )
        parser.add_argument("--sortie", type=Path, default=FICHIER, help="fichier à écrire")

    def handle(
        self, *args: object, historique: Path, pays: Path, cog: list[Path], sortie: Path, **options: object
    ) -> None:
        evenements = lire_historique(historique)
        communes = reference()
        lignes = {
            *anciens_codes(evenements, communes),
            *noms_portes(evenements, communes),
            *noms_quittes((lire_communes(paquet) for paquet in cog), communes),
            *reunions_defaites(evenements, communes),
            *lire_pays(pays),
        }
        with io.StringIO() as texte:
            ecriture = csv.writer(texte, lineterminator="\n")
            ecriture.writerow(COLONNES)
            ecriture.writerows(sorted(_sans_doublon(lignes)))
            sortie.write_text(texte.getvalue(), encoding="utf-8")
        comptes = Counter(ligne[0] for ligne in lignes)
        details = ", ".join(f"{nombre} {genre}" for genre, nombre in sorted(comptes.items()))
        self.stdout.write(f"{sortie.name} : {len(lignes)} lignes ({details}).")


def lire_historique(chemin: Path) -> list[Evenement]:
    try:
        with chemin.open(encoding="iso-8859-1", newline="") as fichier:
            lecture = csv.DictReader(fichier, delimiter="\t")
            if not _LUES.issubset(lecture.fieldnames or ()):
                raise CommandError(f"{chemin.name} : ce n'est pas l'historique des communes de l'Insee.")
            return list(lecture)
    except OSError as panne:
        raise CommandError(f"{chemin} : {panne.strerror}") from None


def anciens_codes(evenements: Iterable[Evenement], communes: ReferenceCommunes) -> Iterator[Ligne]:
    """Codes that a commune left, with its name of then and the last year; codes that the COG of today ignores."""
    evenements = list(evenements)
    suivants = {
        **{_code(e): e["COMECH"] for e in evenements if e["MOD"] in _REUNIONS and e["COMECH"]},
        **{e["DEPANC"]: _code(e) for e in evenements if e["MOD"] in _CHANGEMENTS_DE_CODE},
    }
    for evenement in evenements:
        if evenement["MOD"] in _CHANGEMENTS_DE_CODE:
            code, nom = evenement["DEPANC"], _nom(evenement, "OFF")
            fin = str((_jour(evenement) - datetime.timedelta(days=1)).year)
        elif evenement["MOD"] in _REUNIONS and not communes.connue(_code(evenement)):
            code, nom, fin = _code(evenement), _nom(evenement, "OFF"), ""
        else:
            continue
        actuel = _d_aujourd_hui(code, suivants, communes)
        if actuel and re.fullmatch(MOTIF_LIEU_NAISSANCE, code):
            yield ("ancien", code, nom, fin, actuel)


def _d_aujourd_hui(code: str, suivants: dict[str, str], communes: ReferenceCommunes) -> str:
    for _ in range(10):  # a chain of mergers is short; a loop would be an error of the source
        if communes.connue(code):
            return communes.code_actuel(code)
        if code not in suivants:
            break
        code = suivants[code]
    return ""


def noms_portes(evenements: Iterable[Evenement], communes: ReferenceCommunes) -> Iterator[Ligne]:
    """Names that a commune bore under its code, as its events tell them, when the COG of today does not."""
    for evenement in evenements:
        code, jour = _code(evenement), _jour(evenement)
        if not communes.connue(code):
            continue
        connus = {cle_commune(nom) for nom in communes.noms(code)}
        quitte = _nom(evenement, "ANC")
        if quitte and cle_commune(quitte) not in connus:
            yield ("nom", code, quitte, str((jour - datetime.timedelta(days=1)).year), "")
        nom = _nom(evenement, "OFF")
        if nom and cle_commune(nom) not in connus:
            yield ("nom", code, nom, "", "")


def noms_quittes(paquets: Iterable[list[dict[str, str]]], communes: ReferenceCommunes) -> Iterator[Ligne]:
    """Names of communes in the COG of past years that they no longer bear."""
    for paquet in paquets:
        for commune in paquet:
            code, nom = commune["code"], commune["nom"]
            if (
                commune["type"] == "commune-actuelle"
                and communes.connue(code)
                and cle_commune(nom) not in {cle_commune(connu) for connu in communes.noms(code)}
            ):
                yield ("nom", code, nom, "", "")


def reunions_defaites(evenements: Iterable[Evenement], communes: ReferenceCommunes) -> Iterator[Ligne]:
    """Communes that were one for a time, and are two today; until when births may bear the code of the other."""
    evenements = list(evenements)
    fins = {
        (_code(e), e["COMECH"]): (_jour(e) - datetime.timedelta(days=1)).isoformat()
        for e in evenements
        if e["MOD"] == _SEPARATION
    }
    for evenement in evenements:
        code, autre = _code(evenement), evenement["COMECH"]
        if evenement["MOD"] not in _REUNIONS or not (communes.connue(code) and communes.connue(autre)):
            continue
        ici, la = communes.code_actuel(code), communes.code_actuel(autre)
        if ici != la:
            # No date: separated since the history was published.
            yield ("reunion", ici, "", fins.get((code, autre), ""), la)


def lire_pays(chemin: Path) -> Iterator[Ligne]:
    try:
        with chemin.open(encoding="utf-8-sig", newline="") as fichier:
            lignes = [ligne for ligne in csv.DictReader(fichier) if ligne["cog"] not in _HORS_PAYS]
    except OSError as panne:
        raise CommandError(f"{chemin} : {panne.strerror}") from None
    except KeyError:
        raise CommandError(f"{chemin.name} : ce n'est pas la liste des pays de l'Insee.") from None
    with COMPLEMENTS.open(encoding="utf-8", newline="") as fichier:
        complements = list(csv.DictReader(fichier))
    fins = {ligne["code"]: ligne["fin"].strip("-") for ligne in complements if ligne["fin"]}
    codes = Counter(ligne["cog"] for ligne in lignes)
    vus: set[str] = set()
    for ligne in lignes:
        code = ligne["cog"]
        genre = "territoire" if code in vus else "pays"  # the first line of a code names the country itself
        vus.add(code)
        yield (genre, code, ligne["name"].strip(), "", "")
        for nom in _noms_anciens(ligne["oldName"] or ""):
            yield ("nom_de_pays", code, nom, "", "")
        if codes[code] > 1:  # former codes of the territories of a country are not those of the country
            continue
        for ancien in (ligne["oldGeographicCode"], ligne["geographicCode"]):
            if ancien not in _HORS_PAYS and ancien != code:
                yield ("ancien_pays", ancien, "", fins.get(code, FIN_PAYS), code)
    yield from (("nom_de_pays", ligne["code"], ligne["nom"], "", "") for ligne in complements if ligne["nom"])


def _noms_anciens(cellule: str) -> list[str]:
    return [nom for partie in cellule.split(",") if (nom := partie.strip().removeprefix("ou ").strip())]


def _sans_doublon(lignes: Iterable[Ligne]) -> Iterator[Ligne]:
    """A name told with the year when it was left makes the same name without a year useless."""
    dates = {(genre, code, cle_commune(nom)) for genre, code, nom, fin, _ in lignes if genre == "nom" and fin}
    vus: set[tuple[str, str, str]] = set()
    for ligne in sorted(lignes):
        genre, code, nom, fin, _ = ligne
        cle = (genre, code, cle_commune(nom))
        if genre == "nom" and (cle in vus or (not fin and cle in dates)):
            continue
        vus.add(cle)
        yield ligne


def _code(evenement: Evenement) -> str:
    return evenement["DEP"] + evenement["COM"]


def _nom(evenement: Evenement, lequel: str) -> str:
    nom = evenement[f"NCC{lequel}"].strip()
    return nom and _ARTICLES.get(evenement[f"TNCC{lequel}"], "") + nom


def _jour(evenement: Evenement) -> datetime.date:
    return datetime.datetime.strptime(evenement["EFF"], "%d-%m-%Y").date()  # noqa: DTZ007 (a day, no instant)
