"""XLSX and ODS, through calamine, once the archive has been found safe."""

import datetime
from collections.abc import Iterator
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from referentiel.imports.lecture.archive import verifier
from referentiel.imports.lecture.base import LIMITE_CELLULE, LectureTableau, trop_longue
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible
from referentiel.imports.lecture.etendue import ABIME


class LectureTableur(LectureTableau):
    """The first visible sheet that has values. The others are left aside, and that is said."""

    def __init__(self, fichier: BinaryIO) -> None:
        self.format = verifier(fichier)
        fichier.seek(0)
        try:
            with CalamineWorkbook.from_object(fichier) as classeur:
                self._feuille = self._choisir(classeur)
        except CalamineError:
            raise FichierIllisible(ABIME) from None
        except BaseException as panne:
            # A panic of the Rust library is no Exception; on a file, it is one more way to be damaged.
            if type(panne).__name__ != "PanicException":
                raise
            raise FichierIllisible(ABIME) from None
        self._preparer()

    def estimer(self) -> int:
        return max(1, self._feuille.height - 1)

    def _choisir(self, classeur: CalamineWorkbook) -> CalamineSheet:
        choisie, ignorees = None, []
        for rang, feuille in enumerate(classeur.sheets_metadata):
            if feuille.typ != SheetTypeEnum.WorkSheet or feuille.visible != SheetVisibleEnum.Visible:
                continue
            if choisie is not None:
                ignorees.append(feuille.name)
                continue
            lue = classeur.get_sheet_by_index(rang)
            if lue.height:
                choisie = lue
        if choisie is None:
            raise FichierIllisible(
                "Ce classeur ne contient aucune ligne. Déposez un fichier avec des données."
            )
        if ignorees:
            noms = ", ".join(f"« {nom} »" for nom in ignorees)
            self.avis = (
                f"Seule la feuille « {choisie.name} » est lue ; feuilles laissées de côté : {noms}.",
            )
        return choisie

    def _rangees(self) -> Iterator[tuple[int, list[str] | LigneIllisible]]:
        for numero, rangee in enumerate(self._feuille.iter_rows(), start=1):
            cellules = [texte_de(valeur) for valeur in rangee]
            yield (
                numero,
                trop_longue(cellules) if max(map(len, cellules), default=0) > LIMITE_CELLULE else cellules,
            )


def texte_de(valeur: Any) -> str:
    """A cell as a CSV file would hold it: days in ISO form, whole numbers without `.0`."""
    if isinstance(valeur, str):
        return valeur
    if isinstance(valeur, bool):
        return "VRAI" if valeur else "FAUX"
    if isinstance(valeur, float):
        return str(int(valeur)) if valeur.is_integer() else repr(valeur)
    if isinstance(valeur, datetime.datetime):
        return valeur.date().isoformat() if valeur.time() == datetime.time() else valeur.isoformat(" ")
    return str(valeur)  # int, date (ISO already), time, duration
