"""XLSX and ODS, through calamine, once the archive has been found safe."""

import datetime
from collections.abc import Iterator
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from referentiel.imports.lecture.archive import Trouvailles, verifier
from referentiel.imports.lecture.base import (
    LIGNES_D_ENTETE,
    LIMITE_CELLULE,
    LectureTableau,
    titres_connus,
    trop_longue,
)
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible
from referentiel.imports.lecture.etendue import ABIME
from referentiel.imports.reglages import AUCUN, Reglages


class LectureTableur(LectureTableau):
    """One visible sheet: the one chosen, else the one whose first rows name the most fields, else the first that holds
    something. The others are left aside, and that is said."""

    #: The visible sheets, and the one that is read.
    feuilles: list[str]
    feuille: str

    def __init__(self, fichier: BinaryIO, reglages: Reglages = AUCUN) -> None:
        trouvailles = verifier(fichier)
        self.format = trouvailles.nature
        fichier.seek(0)
        try:
            with CalamineWorkbook.from_object(fichier) as classeur:
                self._feuille, rang = self._choisir(classeur, reglages.feuille)
        except CalamineError:
            raise FichierIllisible(ABIME) from None
        except BaseException as panne:
            # A panic of the Rust library is no Exception; on a file, it is one more way to be damaged.
            if type(panne).__name__ != "PanicException":
                raise
            raise FichierIllisible(ABIME) from None
        self._formules = trouvailles.formules(rang)
        self._dire(trouvailles, rang)
        self._preparer(reglages.entete)

    def estimer(self) -> int:
        return max(1, self._feuille.height - self.ligne_des_titres)

    def _choisir(self, classeur: CalamineWorkbook, voulue: str) -> tuple[CalamineSheet, int]:
        visibles = [
            (rang, feuille.name)
            for rang, feuille in enumerate(classeur.sheets_metadata)
            if feuille.typ == SheetTypeEnum.WorkSheet and feuille.visible == SheetVisibleEnum.Visible
        ]
        self.feuilles = [nom for _, nom in visibles]
        if voulue in self.feuilles:
            visibles = [une for une in visibles if une[1] == voulue]
        meilleure, titres = None, -1
        for rang, nom in visibles:
            lue = classeur.get_sheet_by_index(rang)
            trouves = _titres(lue)
            if lue.height and trouves > titres:
                meilleure, titres, self.feuille = (lue, rang), trouves, nom
        if meilleure is None:
            raise FichierIllisible(
                "Ce classeur ne contient aucune ligne. Déposez un fichier avec des données."
            )
        return meilleure

    def _dire(self, trouvailles: Trouvailles, rang: int) -> None:
        avis = []
        if autres := [nom for nom in self.feuilles if nom != self.feuille]:
            noms = ", ".join(f"« {nom} »" for nom in autres)
            avis.append(f"Seule la feuille « {self.feuille} » est lue ; feuilles laissées de côté : {noms}.")
        if masquees := trouvailles.masquees(rang):
            combien = f"{masquees} lignes masquées sont lues" if masquees > 1 else "1 ligne masquée est lue"
            avis.append(
                f"{combien} comme les autres : un filtre ou un masquage du tableur n'en retire aucune."
            )
        self.avis = tuple(avis)

    def _rangees(self) -> Iterator[tuple[int, list[str] | LigneIllisible]]:
        for numero, rangee in enumerate(self._feuille.iter_rows(), start=1):
            cellules = [texte_de(valeur) for valeur in rangee]
            for rang, texte in self._formules.get(numero, ()):
                if rang < len(cellules) and not cellules[rang]:
                    cellules[rang] = texte
            yield (
                numero,
                trop_longue(cellules) if max(map(len, cellules), default=0) > LIMITE_CELLULE else cellules,
            )


def _titres(feuille: CalamineSheet) -> int:
    rangees = ([texte_de(valeur) for valeur in rangee] for rangee in feuille.iter_rows())
    return max(
        (titres_connus(rangee) for rangee, _ in zip(rangees, range(LIGNES_D_ENTETE), strict=False)), default=0
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
