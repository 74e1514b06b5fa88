"""Safety checks on a spreadsheet, before the library that reads it opens it.

XLSX and ODS are ZIP archives of XML. A few kilobytes may declare, or hide, gigabytes: compressed zeros, entries that
lie about their size, one cell at the far corner of the sheet (readers allocate the whole rectangle), a cell said to be
repeated a billion times. So: the directory first, then the real size of each entry, then the extent of each sheet.
"""

import copy
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.imports.lecture.etendue import (
    ABIME,
    ELEMENTS_MAXIMUM,
    TROP_D_ELEMENTS,
    EtendueOds,
    EtendueXlsx,
)

ENTREES_MAXIMUM = 1_000
#: 50,000 rows of sixteen columns take some 50 MB in XLSX, 120 MB in ODS.
TAILLE_MAXIMUM = 200 << 20
#: A true spreadsheet compresses 10 to 60 times, a very repetitive one some 110.
RAPPORT_MAXIMUM = 200
RAPPORT_MESURE_DES = 10 << 20
BLOC = 1 << 18

MIME_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_DEMESURE = (
    "Une fois décompressé, ce classeur est démesuré. Supprimez les lignes, colonnes et feuilles inutiles, ou "
    "enregistrez-le au format « CSV UTF-8 »."
)
_MACROS = "Ce classeur contient des macros, qui ne sont pas acceptées. Enregistrez-le au format .xlsx ou CSV."
_CHIFFRE = "Ce classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe."
_AUTRE = "Cette archive n'est pas un classeur .xlsx ou .ods. Déposez le classeur lui-même, ou un fichier CSV."


class Trouvailles(NamedTuple):
    """What the sheets of a sound workbook hold besides values, by the name of their entry, in the order of the
    sheets.
    """

    nature: str  # xlsx, ods
    feuilles: list[EtendueXlsx | EtendueOds]

    def masquees(self, rang: int) -> int:
        """Hidden rows of a sheet. An ODS has all its sheets in one entry, whose hidden rows are counted together."""
        return self._feuille(rang).masquees if self.feuilles else 0

    def formules(self, rang: int) -> dict[int, list[tuple[int, str]]]:
        """Row (from 1) → columns (from 0) whose formula has no value or is in error, and what stands for the value."""
        rangees: dict[int, list[tuple[int, str]]] = {}
        for ligne, colonne, texte in self._feuille(rang).formules if self.feuilles else ():
            rangees.setdefault(ligne, []).append((colonne, texte))
        return rangees

    def _feuille(self, rang: int) -> EtendueXlsx | EtendueOds:
        return self.feuilles[min(rang, len(self.feuilles) - 1)]


def verifier(fichier: BinaryIO) -> Trouvailles:
    """What is in the workbook, when the file is one and is safe to read. Raises FichierIllisible."""
    fichier.seek(0)
    try:
        with zipfile.ZipFile(fichier) as archive:
            return _verifier(archive)
    except FichierIllisible:
        raise
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
    ):
        raise FichierIllisible(ABIME) from None


def _verifier(archive: zipfile.ZipFile) -> Trouvailles:
    entrees = archive.infolist()
    noms = {entree.filename for entree in entrees}
    if len(entrees) > ENTREES_MAXIMUM:
        raise FichierIllisible(_DEMESURE)
    if len(noms) != len(entrees):  # two readers may choose different ones
        raise FichierIllisible(ABIME)
    if any(entree.flag_bits & 0x1 for entree in entrees):
        raise FichierIllisible(_CHIFFRE)
    declaree = sum(entree.file_size for entree in entrees)
    compressee = sum(entree.compress_size for entree in entrees)
    if declaree > TAILLE_MAXIMUM:
        raise FichierIllisible(_DEMESURE)
    if declaree > RAPPORT_MESURE_DES and declaree > RAPPORT_MAXIMUM * compressee:
        raise FichierIllisible(_DEMESURE)
    if any(_est_macro(nom) for nom in noms):
        raise FichierIllisible(_MACROS)
    nature = _nature(archive, noms)
    restant, elements = TAILLE_MAXIMUM, ELEMENTS_MAXIMUM
    feuilles = {}
    for entree in entrees:
        lue, taille = _parcourir(archive, entree, nature, restant)
        restant -= taille
        elements -= lue.elements
        if elements < 0:
            raise FichierIllisible(TROP_D_ELEMENTS)
        feuilles[entree.filename] = lue
    return Trouvailles(nature, [feuilles[nom] for nom in _ordre(archive, nature) if nom in feuilles])


def _ordre(archive: zipfile.ZipFile, nature: str) -> list[str]:
    """The entries of the sheets, in the order of the workbook."""
    if nature == "ods":
        return ["content.xml"]
    liens: dict[str, str] = {}
    ordre: list[str] = []

    def lien(nom: str, attributs: dict[str, str]) -> None:
        if nom.rpartition(":")[2] == "Relationship":
            liens[attributs.get("Id", "")] = attributs.get("Target", "")

    def feuille(nom: str, attributs: dict[str, str]) -> None:
        if nom.rpartition(":")[2] == "sheet":
            cle = next((valeur for attribut, valeur in attributs.items() if attribut.endswith(":id")), "")
            ordre.append(liens.get(cle, ""))

    for entree, lire in (("xl/_rels/workbook.xml.rels", lien), ("xl/workbook.xml", feuille)):
        if entree not in archive.NameToInfo:
            return []
        analyse = expat.ParserCreate()
        analyse.StartElementHandler = lire
        try:
            analyse.Parse(archive.read(entree), True)  # its real size has just been measured
        except expat.ExpatError:
            return []
    return [cible.lstrip("/") if cible.startswith("/") else f"xl/{cible}" for cible in ordre]


def _est_macro(nom: str) -> bool:
    nom = nom.lower()
    return nom.endswith("vbaproject.bin") or nom.startswith(("basic/", "scripts/", "xl/macrosheets/"))


def _nature(archive: zipfile.ZipFile, noms: set[str]) -> str:
    if "xl/workbook.xml" in noms:
        return "xlsx"
    if "mimetype" in noms and "content.xml" in noms:
        with archive.open("mimetype") as entree:
            if entree.read(len(MIME_ODS)) == MIME_ODS:
                return "ods"
    raise FichierIllisible(_AUTRE)


def _parcourir(
    archive: zipfile.ZipFile, entree: zipfile.ZipInfo, nature: str, maximum: int
) -> tuple[EtendueXlsx | EtendueOds, int]:
    """Inflates an entry to its real end, whatever the directory says; measures the sheets on the way. (what, bytes)"""
    if nature == "xlsx":
        etendue: EtendueXlsx | EtendueOds = EtendueXlsx()
    else:
        etendue = EtendueOds()
    feuille, lisible, taille, queue = False, True, 0, b""
    for bloc in _blocs(archive, entree, maximum):
        taille += len(bloc)
        if (
            nature == "ods"
            and entree.filename == "META-INF/manifest.xml"
            and b"encryption-data" in queue + bloc
        ):
            raise FichierIllisible(_CHIFFRE)
        feuille = feuille or etendue.BALISE in queue + bloc
        queue = bloc[-len(etendue.BALISE) - 16 :]
        if lisible:
            try:
                etendue.lire(bloc)
            except expat.ExpatError:
                lisible = False  # images are no XML; a sheet that is none is refused below
    if feuille and not (lisible and etendue.complete()):
        raise FichierIllisible(ABIME)
    return etendue, taille


def _blocs(archive: zipfile.ZipFile, entree: zipfile.ZipInfo, maximum: int) -> Iterator[bytes]:
    vraie = copy.copy(entree)
    vraie.file_size = maximum + 1  # where zipfile stops; its own value would hide what follows
    total = 0
    with archive.open(vraie) as flux:
        while bloc := flux.read(BLOC):
            total += len(bloc)
            if total > maximum:
                raise FichierIllisible(_DEMESURE)
            yield bloc
    if total != entree.file_size:
        raise FichierIllisible(ABIME)
