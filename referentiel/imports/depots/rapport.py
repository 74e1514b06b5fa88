"""The rejected lines of a deposit, as a file ready to be corrected and sent again, in the format that was sent.

Same columns as the file received, plus `erreurs`, which import ignores. Cells are as received, but for outer blanks and
for formulas, which are neutralised; import undoes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from referentiel.ecriture.signalements import Signalement, montrer
from referentiel.exports.classeurs import FORMATS, ecrire
from referentiel.imports.colonnes import DU_CONTRAT
from referentiel.imports.correspondance import Correspondance, LigneLue, lire_cellule

ENTETE_ERREURS = "erreurs"
#: The columns of a file that names none.
ECRITES = list(DU_CONTRAT.values())


def format_du_rapport(format_: str) -> str:
    """Spreadsheets come back as they came; everything else as CSV."""
    return format_ if format_ in FORMATS else "csv"


class RapportRejets:
    """The rows of the report, made one by one. `entetes` is None for a JSON file."""

    def __init__(self, entetes: list[str] | None, choix: Mapping[str, str] | None = None) -> None:
        titres = entetes if entetes is not None else [colonne.identifiant for colonne in ECRITES]
        colonnes = list(zip(titres, Correspondance(titres, choix).colonnes, strict=True))
        #: A report sent again has an `erreurs` column already: it is replaced, not doubled.
        self._anciennes = {rang for rang, (_, vue) in enumerate(colonnes) if vue is not None and vue.ignoree}
        self._largeur = len(titres)
        #: The columns by their names in this very file: the person who corrects it knows no other.
        self._titres = {vue.champ: titre for titre, vue in reversed(colonnes) if vue is not None}
        self.titres = self._ranger(list(titres), ENTETE_ERREURS)

    def rangee(self, ligne: LigneLue, erreurs: Iterable[Signalement]) -> list[str]:
        if ligne.cellules or ligne.champs is None:
            # Formulas are unescaped first, so that apostrophes do not pile up from report to report.
            cellules = [lire_cellule(cellule) for cellule in ligne.cellules]
        else:
            cellules = aplatir(ligne.champs)
        return self._ranger(cellules, " | ".join([f"ligne {ligne.numero}", *map(self._dire, erreurs)]))

    def _ranger(self, cellules: list[str], erreurs: str) -> list[str]:
        """Cells beyond the header come after the errors: they stay, and are as wrong as they were."""
        cellules = cellules + [""] * (self._largeur - len(cellules))
        prevues = [c for rang, c in enumerate(cellules[: self._largeur]) if rang not in self._anciennes]
        return [*prevues, erreurs, *cellules[self._largeur :]]

    def _dire(self, erreur: Signalement) -> str:
        if not erreur.champ:
            return erreur.message
        return f"{self._titres.get(erreur.champ, erreur.champ.removeprefix('identite.'))} : {erreur.message}"

    def ecrire(self, code: str, lignes: Iterable[tuple[LigneLue, list[Signalement]]]) -> Iterator[bytes]:
        """The file, piece by piece, in the format `code` (`exports.classeurs.FORMATS`)."""
        yield from ecrire(code, self.titres, (self.rangee(*une) for une in lignes))


def aplatir(champs: dict[str, Any]) -> list[str]:
    """An object of a JSON file as a row of the columns that say the same."""
    identite = champs.get("identite")
    dedans = identite if isinstance(identite, dict) else {}
    return [
        _cellule(dedans.get(colonne.identifiant) if colonne.identite else champs.get(colonne.identifiant))
        for colonne in ECRITES
    ]


def _cellule(valeur: object) -> str:
    if isinstance(valeur, str):
        return valeur
    if isinstance(valeur, list) and all(isinstance(element, str) for element in valeur):
        return ", ".join(valeur)
    return montrer(valeur)
