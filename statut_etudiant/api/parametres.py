"""What both versions of the reading API ask of their parameters: one value, of a plausible shape.

Reading a parameter either gives a clean value or raises `Illisible`; each version says it in its own words.
Nothing here keeps or repeats a value that was refused.
"""

import datetime
from dataclasses import dataclass
from typing import Protocol

from referentiel.ecriture import noms

LONGUEUR_NOM = 100
NAISSANCE_MINIMALE = datetime.date(1900, 1, 1)
SEXES = {"m": "M", "M": "M", "f": "F", "F": "F"}

_BLANCS = " \t\u00a0\u202f"


class Requete(Protocol):
    """What is needed of a QueryDict."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class RechercheIne:
    ine: str


@dataclass(frozen=True, slots=True)
class RechercheIdentite:
    """`sexe` and `lieu` are None when they are not known: they are then not compared. `prenom`: the given names asked,
    in one string; empty for a person who has none."""

    nom: str
    prenom: str
    date_naissance: datetime.date
    sexe: str | None
    lieu: str | None


class Illisible(ValueError):
    """A value is there, but cannot be what the parameter means."""


def scalaire(requete: Requete, parametre: str) -> str:
    """The one value of this parameter, outer blanks removed; empty when it is missing or blank.

    Two different values, or a list where one value is expected, designate nobody for sure: refused.
    """
    valeurs = requete.getlist(parametre)
    if requete.getlist(parametre + "[]"):
        raise Illisible
    if not valeurs:
        return ""
    if len(valeurs) > 1 and len(set(valeurs)) > 1:
        raise Illisible
    return nettoyer(valeurs[0])


def nettoyer(valeur: str) -> str:
    """Without the outer blanks that people type; empty when there is nothing else."""
    return "" if valeur.isspace() else valeur.strip(_BLANCS)


def lire_nom(valeur: str) -> str:
    """A plausible name, by the rule of the doors that write."""
    if not 0 < len(valeur) <= LONGUEUR_NOM:
        raise Illisible
    try:
        return noms.lire_nom(valeur)
    except noms.NomRefuse:
        raise Illisible from None


def lire_sexe(valeur: str) -> str:
    try:
        return SEXES[valeur]
    except KeyError:
        raise Illisible from None


def naissance_plausible(date: datetime.date, *, aujourdhui: datetime.date) -> bool:
    return NAISSANCE_MINIMALE <= date <= aujourdhui
