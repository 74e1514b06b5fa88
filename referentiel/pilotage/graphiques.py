"""Computes positions for charts that templates draw in SVG. Each chart has its data table beside it."""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from django.utils.formats import number_format

#: Units of the viewBox; the page scales them.
LARGEUR, HAUTEUR = 720, 260
GAUCHE, BAS, HAUT = 44, 30, 14
RANGEES = 4
#: Width of a letter on a telephone, where letters are drawn larger.
LETTRE = 12


class Rectangle(NamedTuple):
    x: float
    y: float
    largeur: float
    hauteur: float
    serie: int
    texte: str  # the value

    @property
    def fin(self) -> float:
        return _arrondi(self.x + self.largeur)


class Repere(NamedTuple):
    """`ancre`: SVG's `text-anchor`, where the label would otherwise leave the chart."""

    position: float
    texte: str
    ancre: str = "middle"


class Graphique(NamedTuple):
    rectangles: list[Rectangle]
    abscisses: list[Repere]
    ordonnees: list[Repere]
    largeur: int
    hauteur: int
    vide: bool
    gauche: int = GAUCHE


def piles(
    points: Sequence[tuple[str, Sequence[int]]], *, largeur: int = 520, un_repere_sur: int = 1
) -> Graphique:
    """One bar a point, its series piled up from the bottom. Narrow, so that a telephone shows it readably.

    `un_repere_sur`: of so many points, one has its label below; the others show it under the pointer.
    """
    pas = _pas(max((sum(valeurs) for _, valeurs in points), default=0))
    echelle = (HAUTEUR - BAS - HAUT) / (pas * RANGEES)
    ordonnees = [
        Repere(_arrondi(HAUTEUR - BAS - pas * rang * echelle), _nombre(pas * rang))
        for rang in range(RANGEES + 1)
    ]
    gauche = max(GAUCHE, 12 + LETTRE * max(len(repere.texte) for repere in ordonnees))
    groupe = (largeur - gauche) / max(len(points), 1)
    rectangles, abscisses = [], []
    for rang, (libelle, valeurs) in enumerate(points):
        if rang % un_repere_sur == 0:
            abscisses.append(_sous(gauche + (rang + 0.5) * groupe, libelle, largeur))
        bas = float(HAUTEUR - BAS)
        for serie, valeur in enumerate(valeurs):
            if valeur > 0:
                hauteur = valeur * echelle
                bas -= hauteur
                rectangles.append(
                    Rectangle(
                        _arrondi(gauche + (rang + 0.14) * groupe),
                        _arrondi(bas),
                        _arrondi(groupe * 0.72),
                        _arrondi(hauteur),
                        serie,
                        f"{libelle} : {_nombre(valeur)}",
                    )
                )
    return Graphique(rectangles, abscisses, ordonnees, largeur, HAUTEUR, vide=not rectangles, gauche=gauche)


def colonnes(points: Sequence[tuple[str, Sequence[float | None]]], *, unite: str = "") -> Graphique:
    """Groups of vertical bars, one bar a series; a missing value leaves its place empty."""
    pas = _pas(max((v for _, valeurs in points for v in valeurs if v is not None), default=0))
    sommet = pas * RANGEES
    utile = HAUTEUR - BAS - HAUT
    groupe = (LARGEUR - GAUCHE) / max(len(points), 1)
    rectangles, abscisses = [], []
    for rang, (libelle, valeurs) in enumerate(points):
        debut = GAUCHE + rang * groupe + groupe * 0.12
        largeur = groupe * 0.76 / max(len(valeurs), 1)
        abscisses.append(Repere(_arrondi(GAUCHE + (rang + 0.5) * groupe), libelle))
        for serie, valeur in enumerate(valeurs):
            if valeur:
                hauteur = utile * valeur / sommet
                rectangles.append(
                    Rectangle(
                        _arrondi(debut + serie * largeur),
                        _arrondi(HAUTEUR - BAS - hauteur),
                        _arrondi(largeur * 0.92),
                        _arrondi(hauteur),
                        serie,
                        f"{libelle} : {_nombre(valeur)} {unite}".strip(),
                    )
                )
    ordonnees = [
        Repere(_arrondi(HAUTEUR - BAS - utile * rang / RANGEES), f"{_nombre(pas * rang)} {unite}".strip())
        for rang in range(RANGEES + 1)
    ]
    return Graphique(rectangles, abscisses, ordonnees, LARGEUR, HAUTEUR, vide=not rectangles)


def barres(points: Sequence[tuple[str, float]]) -> Graphique:
    """One horizontal bar a line, below its label: a long one stays whole, on a telephone too."""
    ligne, droite = 62, 80
    sommet = max((valeur for _, valeur in points), default=0)
    rectangles, ordonnees = [], []
    for rang, (libelle, valeur) in enumerate(points):
        y = rang * ligne + 28
        ordonnees.append(Repere(y - 7, libelle))
        largeur = (LARGEUR - droite) * valeur / sommet if sommet else 0
        rectangles.append(Rectangle(0, y, _arrondi(largeur), 22, 0, _nombre(valeur)))
    return Graphique(rectangles, [], ordonnees, LARGEUR, len(points) * ligne, vide=not sommet, gauche=0)


def _sous(milieu: float, libelle: str, largeur: int) -> Repere:
    """A label under its bar, or ending with the chart."""
    if milieu + LETTRE * len(libelle) / 2 > largeur:
        return Repere(largeur, libelle, "end")
    return Repere(_arrondi(milieu), libelle)


def _pas(maximum: float) -> float:
    """A round axis step that covers the highest value in a few steps."""
    brut = max(maximum / RANGEES, 1)
    puissance = 10 ** (len(str(ceil(brut))) - 1)
    return next(m * puissance for m in (1, 2, 3, 4, 5, 6, 8, 10, 20) if m * puissance >= brut)


def _arrondi(valeur: float) -> float:
    return round(valeur, 1)


def _nombre(valeur: float) -> str:
    rond = round(valeur, 1)
    return number_format(int(rond) if rond == int(rond) else rond, force_grouping=True)
