"""What a deposited file holds, found out once by a worker and kept with the deposit: format, rows, values, first lines.

Opening a workbook takes seconds and memory, counting a million lines too: no page does it. Pages are made of what is
kept here (`apercu`), and follow it meanwhile. It holds what people wrote about people, and is erased with the bytes.
"""

from collections.abc import Sequence
from typing import Any

from referentiel.ecriture.signalements import montrer
from referentiel.imports.colonnes import cles
from referentiel.imports.correspondance import LigneLue, parcourir
from referentiel.imports.depots.depot import ouvrir_fichier
from referentiel.imports.depots.rapport import aplatir
from referentiel.imports.lecture.base import ECHANTILLON, LectureLignes, LectureTableau
from referentiel.imports.lecture.encodage import premiers_accents
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.imports.lecture.tableur import LectureTableur
from referentiel.imports.reglages import Reglages
from referentiel.models import Lot

LIGNES_MONTREES, EXTRAITS = 10, 3
#: Rows among which a person chooses that of the titles, and cells shown of each.
CANDIDATES, CELLULES = 12, 8
#: A column of more distinct values is no closed list.
DISTINCTES = 40
#: Longest value that can be a code.
VALEUR_MAXIMUM = 80


def analyser(lot: Lot) -> dict[str, Any]:
    """Raises FichierIllisible, whose message is for the sender."""
    with ouvrir_fichier(lot) as fichier:
        lecture = ouvrir(fichier, lot.nom_fichier, Reglages.lire(lot.reglages))
        vu = _Colonnes(lecture)
        nombre = 0
        for nombre, lue in enumerate(_lignes(lecture), start=1):  # noqa: B007 (the count is the last one)
            vu.regarder(lue)
        faits = {
            "format": lecture.format,
            "encodage": lecture.encodage,
            "separateur": lecture.separateur,
            "entetes": lecture.entetes,
            "lignes": vu.lignes,
            "nombre": nombre,
            "distinctes": vu.distinctes,
            "extraits": vu.extraits,
            "avis": list(lecture.avis),
        }
        if isinstance(lecture, LectureTableau):
            faits |= {
                "entete": lecture.ligne_des_titres,
                "candidates": [
                    [numero, [montrer(cellule) for cellule in rangee[:CELLULES]]]
                    for numero, rangee in lecture.candidates[:CANDIDATES]
                ],
            }
        if isinstance(lecture, LectureTableur):
            faits |= {"feuilles": lecture.feuilles, "feuille": lecture.feuille}
        if lecture.format == "csv":
            fichier.seek(0)
            faits["accents"] = premiers_accents(
                fichier.read(ECHANTILLON), lecture.encodage.removesuffix("-sig")
            )
    return _sans_nul(faits)


def _lignes(lecture: LectureLignes) -> Any:
    """Rows as they are: what their columns mean is not known yet."""
    if lecture.entetes is None:
        return parcourir(lecture)
    return (
        LigneLue(numero, None, rangee, None)
        if isinstance(rangee, list)
        else LigneLue(numero, None, rangee.cellules, rangee.signalement)
        for numero, rangee in lecture.lignes()
        if not isinstance(rangee, dict)
    )


class _Colonnes:
    """The first lines, and of each column its first values and, when they are few, all its values."""

    def __init__(self, lecture: LectureLignes) -> None:
        self._cles = cles(lecture.entetes or [])
        self.lignes: list[list[Any]] = []
        self.extraits: dict[str, list[str]] = {cle: [] for cle in self._cles}
        self._comptes: dict[int, dict[str, int]] = {rang: {} for rang in range(len(self._cles))}

    def regarder(self, lue: LigneLue) -> None:
        if len(self.lignes) < LIGNES_MONTREES:
            cellules = aplatir(lue.champs) if lue.champs is not None else lue.cellules
            self.lignes.append(
                [
                    lue.numero,
                    [montrer(cellule) for cellule in cellules],
                    lue.refus.message if lue.refus else "",
                ]
            )
            self._extraire(cellules)
        if lue.refus is None and lue.champs is None:
            self._compter(lue.cellules)

    def _extraire(self, cellules: Sequence[str]) -> None:
        for cle, cellule in zip(self._cles, cellules, strict=False):
            extraits, texte = self.extraits[cle], montrer(cellule).strip()
            if texte and texte not in extraits and len(extraits) < EXTRAITS:
                extraits.append(texte)

    def _compter(self, cellules: Sequence[str]) -> None:
        for rang, comptes in list(self._comptes.items()):
            texte = cellules[rang].strip()
            if texte in comptes:
                comptes[texte] += 1
            elif not texte:
                continue
            elif len(comptes) >= DISTINCTES or len(texte) > VALEUR_MAXIMUM:
                del self._comptes[rang]
            else:
                comptes[texte] = 1

    @property
    def distinctes(self) -> dict[str, list[list[Any]]]:
        """Key of the column → (value, lines), the most frequent first."""
        return {
            self._cles[rang]: [
                [valeur, nombre] for valeur, nombre in sorted(comptes.items(), key=lambda un: -un[1])
            ]
            for rang, comptes in self._comptes.items()
        }


def _sans_nul(valeur: Any) -> Any:
    """PostgreSQL's JSON holds no NUL, nor half a character: hostile files have some."""
    if isinstance(valeur, str):
        return valeur.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(valeur, dict):
        return {_sans_nul(cle): _sans_nul(un) for cle, un in valeur.items()}
    if isinstance(valeur, list):
        return [_sans_nul(un) for un in valeur]
    return valeur
