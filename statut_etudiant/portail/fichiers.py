"""Public files: one declaration of columns from which the file and its Table Schema derive."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.http import HttpResponse

from referentiel.exports.formules import neutraliser

TEXTE: dict[str, Any] = {"type": "string"}
EXIGE: dict[str, Any] = {"required": True}


class Colonne(NamedTuple):
    """A column of a file. `regles`: what a Table Schema says of it besides its name (type, format, constraints)."""

    nom: str
    description: str
    lire: Callable[[Any], str]
    regles: dict[str, Any]

    def champ(self) -> dict[str, Any]:
        return {"name": self.nom, "description": self.description, **self.regles}


def repondre_csv(nom: str, colonnes: Iterable[Colonne], lignes: Iterable[Any]) -> HttpResponse:
    """Semicolons and BOM as French spreadsheets expect, formulas neutralised."""
    colonnes = list(colonnes)
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";")
    ecrivain.writerow([colonne.nom for colonne in colonnes])
    for ligne in lignes:
        ecrivain.writerow([neutraliser(colonne.lire(ligne)) for colonne in colonnes])
    response = HttpResponse(sortie.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{nom}.csv"'
    return response


def en_objets(colonnes: Iterable[Colonne], lignes: Iterable[Any]) -> list[dict[str, Any]]:
    """The same lines for programs: of the type that the Table Schema says, None where the file is empty."""
    colonnes = list(colonnes)
    return [{colonne.nom: _valeur(colonne, ligne) for colonne in colonnes} for ligne in lignes]


def _valeur(colonne: Colonne, ligne: Any) -> Any:
    lue = colonne.lire(ligne)
    if not lue:
        return None
    return int(lue) if colonne.regles["type"] == "integer" else lue
