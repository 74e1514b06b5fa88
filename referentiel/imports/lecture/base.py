"""What every reader of a deposited file gives: rows, with their line numbers. `ouverture` chooses the reader."""

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from referentiel.ecriture.signalements import signaler
from referentiel.imports.colonnes import identifier
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible

#: Longest cell accepted: far more than any value. A longer one means a missing quote or a hostile file.
LIMITE_CELLULE = 32_768
LIMITE_COLONNES = 1_000
#: Of a text file, to guess its number of lines.
ECHANTILLON = 1 << 18

#: Among so many rows that hold something, that of the titles is looked for; it holds two of them at least.
LIGNES_D_ENTETE, TITRES_MINIMUM = 30, 2

#: What a row is: cells in the order of the header, or an object of a JSON file.
Rangee = list[str] | dict[str, Any] | LigneIllisible


class LectureLignes(ABC):
    """A file that can be read, as many times as needed, at the memory cost of one row (CSV, NDJSON)."""

    format: str  # csv, xlsx, ods, json, ndjson
    encodage: str = ""  # '' when the format settles it
    separateur: str = ""
    #: None for JSON, whose rows are objects already.
    entetes: list[str] | None = None
    #: What the sender should know about the file as a whole, in French.
    avis: tuple[str, ...] = ()

    @abstractmethod
    def lignes(self) -> Iterator[tuple[int, Rangee]]:
        """(line number as the sender's editor shows it, row), header and blank lines left out."""

    def estimer(self) -> int | None:
        """A cheap estimate of the number of lines; None when unknown."""
        return None


class LectureTableau(LectureLignes):
    """What CSV files and spreadsheets share: a header, then rows as wide as it."""

    #: Number of the row of titles, and the first rows among which it was chosen.
    ligne_des_titres: int
    candidates: list[tuple[int, list[str]]]

    @abstractmethod
    def _rangees(self) -> Iterator[tuple[int, list[str] | LigneIllisible]]:
        """Every row of the file, header included, blank ones too."""

    def _preparer(self, ligne_des_titres: int = 0) -> None:
        """Reads the header, and makes sure that something follows it.

        `ligne_des_titres`: its number, when a person chose it. Otherwise the row, among the first ones, that holds the
        most titles known: files begin with a name, a date, a blank.
        """
        rangees = self._non_vides()
        debut = list(islice(rangees, LIGNES_D_ENTETE))
        if not debut:
            raise FichierIllisible(
                "Le fichier ne contient aucune ligne. Déposez un fichier avec des données."
            )
        self.candidates = [(numero, rangee) for numero, rangee in debut if isinstance(rangee, list)]
        if ligne_des_titres:
            debut = [une for une in debut if une[0] >= ligne_des_titres] or debut
            numero, entete = debut[0]
        else:
            numero, entete = max(debut, key=lambda une: titres_connus(une[1]))
            if titres_connus(entete) < TITRES_MINIMUM:
                numero, entete = debut[0]
        if isinstance(entete, LigneIllisible):
            raise FichierIllisible(
                "La première ligne, celle des titres de colonnes, est illisible. "
                + entete.signalement.message
            )
        self.ligne_des_titres = numero
        entete = list(entete)
        while entete and not entete[-1].strip():
            entete.pop()
        if len(entete) > LIMITE_COLONNES:
            raise FichierIllisible(f"Le fichier a trop de colonnes : {LIMITE_COLONNES} au plus.")
        if debut[-1][0] == numero and next(rangees, None) is None:
            raise FichierIllisible(
                "Le fichier n'a qu'une ligne : la première ligne donne les titres des colonnes, les inscriptions "
                "viennent dans les suivantes."
            )
        self.entetes = [titre.strip() for titre in entete]

    def _non_vides(self) -> Iterator[tuple[int, list[str] | LigneIllisible]]:
        for numero, rangee in self._rangees():
            if isinstance(rangee, list) and not (
                rangee and (rangee[0].strip() or any(cellule.strip() for cellule in rangee))
            ):
                continue
            yield numero, rangee

    def lignes(self) -> Iterator[tuple[int, Rangee]]:
        assert self.entetes is not None  # noqa: S101 — set by every constructor
        largeur = len(self.entetes)
        for numero, rangee in self._non_vides():
            if numero <= self.ligne_des_titres:
                continue
            if isinstance(rangee, list) and len(rangee) != largeur:
                yield numero, _mettre_a_largeur(rangee, largeur)
            else:
                yield numero, rangee


def titres_connus(rangee: list[str] | LigneIllisible) -> int:
    """How many fields the cells name, as titles do."""
    if isinstance(rangee, LigneIllisible):
        return -1
    return len({colonne.identifiant for cellule in rangee if (colonne := identifier(cellule))})


def _mettre_a_largeur(cellules: list[str], largeur: int) -> Rangee:
    """Empty cells in excess are dropped. Otherwise a value may be in the wrong column: the line is told."""
    if len(cellules) > largeur and not any(cellule.strip() for cellule in cellules[largeur:]):
        return cellules[:largeur]
    signalement = signaler("", "", "nombre_de_cellules", nombre=len(cellules), attendues=largeur)
    return LigneIllisible(signalement, cellules)


def compter_lignes(fichier: BinaryIO) -> int:
    """The lines of a text file, supposing that they are all as long as the first ones."""
    fichier.seek(0)
    debut = fichier.read(ECHANTILLON)
    taille = fichier.seek(0, io.SEEK_END)
    lues = debut.count(b"\n") + (not debut.endswith(b"\n"))
    return lues if len(debut) == taille else round(lues * taille / len(debut))


def trop_longue(cellules: list[str]) -> LigneIllisible:
    signalement = signaler("", max(cellules, key=len), "ligne_trop_longue", maximum=LIMITE_CELLULE)
    return LigneIllisible(signalement, [cellule[:LIMITE_CELLULE] for cellule in cellules])
