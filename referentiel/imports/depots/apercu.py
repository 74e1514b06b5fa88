"""What a deposited file looks like, before anything is done with it: format, columns, first lines.

Only the start of a text file is read, so that a hundred megabytes are shown as fast as one; what cannot be known from
it (the encoding of an accent that comes later, the exact number of lines) is settled by the dry run. Spreadsheets and
JSON arrays are read whole: they have no start, and are bounded.
"""

import io
from itertools import islice
from typing import BinaryIO, NamedTuple

from referentiel.ecriture.signalements import montrer
from referentiel.imports.colonnes import Colonne, Correspondance, LigneLue, identifier, parcourir
from referentiel.imports.depots.depot import ouvrir_fichier
from referentiel.imports.depots.rapport import ECRITES, aplatir
from referentiel.imports.lecture.base import LectureLignes
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.models import Lot

LIGNES_MONTREES = 10
#: Enough for the first lines of nearly every file; then twice the longest line, so that the header is always whole.
DEBUT, DEBUT_MAXIMUM = 256 << 10, 2 << 20


class ColonneVue(NamedTuple):
    cle: str  # its key in `Lot.colonnes`
    titre: str
    champ: str  # identifier of the field it is read as, '' when ignored
    detecte: str  # the field that its title alone designates
    choisi: bool  # by a person


class LigneVue(NamedTuple):
    numero: int
    cellules: list[str]
    refus: str  # why it cannot be cut into cells; '' when it can


class Apercu(NamedTuple):
    format: str
    encodage: str  # '' when the format settles it
    separateur: str
    colonnes: list[ColonneVue]
    modifiable: bool  # whether columns may be chosen: a JSON file names its fields itself
    lignes: list[LigneVue]
    manquantes: list[Colonne]
    doublees: list[Colonne]
    erreurs: tuple[str, ...]  # French; they prevent the import
    avis: tuple[str, ...]  # French; they do not
    nombre: int | None
    nombre_exact: bool


def apercevoir(lot: Lot) -> Apercu:
    """Raises FichierIllisible, whose message is for the sender."""
    with ouvrir_fichier(lot) as fichier:
        debut = _debut(fichier)
        lecture = ouvrir(debut, lot.nom_fichier)
        correspondance = None if lecture.entetes is None else Correspondance(lecture.entetes, lot.colonnes)
        entier = debut is fichier
        lues = list(islice(parcourir(lecture, correspondance), LIGNES_MONTREES + 1))
        if not entier and len(lues) <= LIGNES_MONTREES:
            lues = lues[:-1]  # cut short
        nombre, exact = _nombre(lot, lecture, debut, entier=entier)
    return Apercu(
        format=lecture.format,
        # The dry run has read the whole file: its encoding and number of lines are exact.
        encodage=lot.encodage or lecture.encodage,
        separateur=lecture.separateur,
        colonnes=_colonnes(correspondance),
        modifiable=correspondance is not None,
        lignes=[_montrer(lue) for lue in lues[:LIGNES_MONTREES]],
        manquantes=correspondance.manquantes if correspondance else [],
        doublees=correspondance.doublees if correspondance else [],
        erreurs=correspondance.erreurs if correspondance else (),
        avis=(*lecture.avis, *(correspondance.avis if correspondance else ())),
        nombre=nombre,
        nombre_exact=exact,
    )


def lire_entetes(lot: Lot) -> list[str] | None:
    """The titles of the columns, None for JSON. Raises FichierIllisible."""
    with ouvrir_fichier(lot) as fichier:
        return ouvrir(_debut(fichier), lot.nom_fichier).entetes


def _debut(fichier: BinaryIO) -> BinaryIO:
    """The start of a text file, at the end of a line; the file itself when it is short, or has no start."""
    octets, taille = fichier.read(DEBUT), DEBUT
    if octets.startswith(b"PK") or _sans_blancs(octets).startswith(b"["):
        return fichier
    if octets.count(b"\n") < 10 * LIGNES_MONTREES:
        octets, taille = octets + fichier.read(DEBUT_MAXIMUM - DEBUT), DEBUT_MAXIMUM
    if len(octets) < taille:
        return fichier
    if b"\0" not in octets:  # UTF-16 has line ends of two bytes: its last line is left aside later
        octets = octets[: octets.rfind(b"\n") + 1] or octets
    return io.BytesIO(octets)


def _sans_blancs(octets: bytes) -> bytes:
    return octets[:512].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")


def _nombre(lot: Lot, lecture: LectureLignes, debut: BinaryIO, *, entier: bool) -> tuple[int | None, bool]:
    """(number of lines, whether it is exact)."""
    if lot.essaye_le is not None:
        return lot.lignes, True
    if entier:
        return sum(1 for _ in lecture.lignes()), True
    estimation = lecture.estimer()
    lus = debut.seek(0, io.SEEK_END)
    return None if estimation is None else round(estimation * lot.taille / lus), False


def _colonnes(correspondance: Correspondance | None) -> list[ColonneVue]:
    if correspondance is None:
        noms = [colonne.identifiant for colonne in ECRITES]
        return [ColonneVue(nom, nom, nom, nom, choisi=False) for nom in noms]
    return [
        ColonneVue(cle, titre, _nom(colonne), _nom(identifier(titre)), choisi=cle in correspondance.choix)
        for cle, titre, colonne in zip(
            correspondance.cles, correspondance.entetes, correspondance.colonnes, strict=True
        )
    ]


def _nom(colonne: Colonne | None) -> str:
    return "" if colonne is None or colonne.ignoree else colonne.identifiant


def _montrer(lue: LigneLue) -> LigneVue:
    cellules = aplatir(lue.champs) if lue.champs is not None and not lue.cellules else lue.cellules
    return LigneVue(
        lue.numero, [montrer(cellule) for cellule in cellules], lue.refus.message if lue.refus else ""
    )
