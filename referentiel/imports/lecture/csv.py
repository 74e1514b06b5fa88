"""CSV files, row by row, in constant memory, by the C reader of the standard library.

A misplaced quote makes a CSV reader swallow the lines that follow it. Here the lines of the record being read are
remembered, so that only the faulty one is rejected and the others are read again.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from referentiel.ecriture.signalements import signaler
from referentiel.imports.lecture.base import (
    LIMITE_CELLULE,
    LIMITE_COLONNES,
    LectureTableau,
    compter_lignes,
    trop_longue,
)
from referentiel.imports.lecture.dialecte import MODE_ERREURS, detecter
from referentiel.imports.lecture.erreurs import LigneIllisible
from referentiel.imports.reglages import AUCUN, Reglages

#: Longer lines, in characters, are not even held in memory.
LIMITE_LIGNE = 1 << 20
#: A cell may hold line ends, but not this many: a closing quote is missing.
LIGNES_PAR_RANGEE = 100

_ANNONCE_SEPARATEUR = re.compile(r"sep=[;,\t]\r?\n?")


class _RangeeSansFin(Exception):
    """The record takes too many lines or characters: raised through the csv reader, which starts afresh."""


class _Source:
    """The lines of a text, those of the current record being kept."""

    def __init__(self, texte: io.TextIOWrapper) -> None:
        self._lire = texte.readline
        self._rendues: deque[str] = deque()
        self.numero = 0  # of the last line given
        self.rangee: list[str] = []
        self.longueur = 0

    def __iter__(self) -> "_Source":
        return self

    def __next__(self) -> str:
        relue = bool(self._rendues)
        ligne = self._rendues.popleft() if relue else self._lire(LIMITE_LIGNE)
        if not ligne:
            raise StopIteration
        self.numero += 1
        self.rangee.append(ligne)
        self.longueur += len(ligne)
        if len(self.rangee) > LIGNES_PAR_RANGEE or self.longueur >= LIMITE_LIGNE:
            if len(ligne) >= LIMITE_LIGNE and not relue:
                self._finir_ligne(ligne)
            raise _RangeeSansFin
        return ligne

    def _finir_ligne(self, debut: str) -> None:
        """Goes to the end of an over-long line without keeping it."""
        while debut and debut[-1] not in "\r\n":
            debut = self._lire(LIMITE_LIGNE)

    def commencer_rangee(self) -> int:
        """The number of the line that comes next."""
        self.rangee.clear()
        self.longueur = 0
        return self.numero + 1

    def rendre_la_suite(self) -> str:
        """Keeps the first line of the record as faulty, and gives the others back to be read again."""
        premiere, *suite = self.rangee
        self._rendues.extendleft(reversed(suite))
        self.numero -= len(suite)
        return premiere


class LectureCsv(LectureTableau):
    format = "csv"

    def __init__(self, fichier: BinaryIO, reglages: Reglages = AUCUN) -> None:
        self._fichier = fichier
        self._dialecte = detecter(fichier, reglages.encodage)
        self.encodage = self._dialecte.encodage
        self.separateur = self._dialecte.separateur
        self._preparer(reglages.entete)

    def estimer(self) -> int:
        return max(1, compter_lignes(self._fichier) - self.ligne_des_titres)

    def _rangees(self) -> Iterator[tuple[int, list[str] | LigneIllisible]]:
        self._fichier.seek(self._dialecte.octets_bom)
        codec = self.encodage.removesuffix("-sig")
        texte = io.TextIOWrapper(self._fichier, encoding=codec, errors=MODE_ERREURS, newline="")
        try:
            yield from self._decouper(_Source(texte))
        finally:
            if not texte.closed:  # closed half-way by an error
                texte.detach()  # the file belongs to the caller, who will read it again

    def _decouper(self, source: _Source) -> Iterator[tuple[int, list[str] | LigneIllisible]]:
        lecteur = csv.reader(source, delimiter=self.separateur, strict=True)
        while True:
            numero = source.commencer_rangee()
            try:
                cellules = next(lecteur)
            except StopIteration:
                return
            except (csv.Error, _RangeeSansFin):
                yield numero, self._illisible(source.rendre_la_suite())
                continue
            if source.longueur > LIMITE_CELLULE and max(map(len, cellules)) > LIMITE_CELLULE:
                yield numero, trop_longue(cellules)
            elif numero == 1 and _ANNONCE_SEPARATEUR.fullmatch(source.rangee[0]):
                continue  # Excel's own way to announce the separator
            else:
                yield numero, cellules

    def _illisible(self, ligne: str) -> LigneIllisible:
        cellules = ligne.rstrip("\r\n").split(self.separateur, LIMITE_COLONNES)
        if len(ligne) >= LIMITE_LIGNE or max(map(len, cellules)) > LIMITE_CELLULE:
            return trop_longue(cellules)
        return LigneIllisible(signaler("", ligne.rstrip("\r\n"), "guillemets"), cellules)
