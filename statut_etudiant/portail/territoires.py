"""Départements: code, name, académie and outline on the map."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from referentiel.communes import FICHIER_DEPARTEMENTS

#: Made by `manage.py tracer_departements`; see PROVENANCE.md beside it.
TRACES = Path(__file__).parent / "donnees" / "departements.csv"


class Departement(NamedTuple):
    code: str
    nom: str
    academie: str
    trace: str  # empty overseas: the map shows the metropolitan territory


@cache
def departements() -> tuple[Departement, ...]:
    with TRACES.open(newline="") as fichier:
        traces = {ligne["departement"]: ligne["trace"] for ligne in csv.DictReader(fichier)}
    with FICHIER_DEPARTEMENTS.open(newline="") as fichier:
        return tuple(
            Departement(
                ligne["departement"], ligne["nom"], ligne["academie"], traces.get(ligne["departement"], "")
            )
            for ligne in csv.DictReader(fichier)
        )
