"""What both versions of the reading API ask of their parameters: one value, of a plausible shape.

Reading a parameter either gives a clean value or raises `Illisible`; each version says it in its own words.
Nothing here keeps or repeats a value that was refused.
"""

import datetime
import unicodedata
from dataclasses import dataclass
from typing import Protocol

LONGUEUR_NOM = 100
NAISSANCE_MINIMALE = datetime.date(1900, 1, 1)
SEXES = {"m": "M", "M": "M", "f": "F", "F": "F"}

#: What may stand between the letters of a name, as people type them.
_ENTRE_LETTRES = frozenset(" \u00a0\u202f'’‘`´-‐‑‒–.,·")
_BLANCS = " \t\u00a0\u202f"


class Requete(Protocol):
    """What is needed of a QueryDict."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class RechercheIne:
    ine: str


@dataclass(frozen=True, slots=True)
class RechercheIdentite:
    """`sexe` and `lieu` are None when they are not known: they are then not compared."""

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
    """A plausible name: letters of any alphabet and what joins them. Civil registers hold stranger names than
    one would think: the shape is checked to refuse noise, not to judge names."""
    if not 0 < len(valeur) <= LONGUEUR_NOM:
        raise Illisible
    lettres = 0
    for caractere in valeur:
        if caractere.isalpha():
            lettres += 1
        elif caractere not in _ENTRE_LETTRES and unicodedata.category(caractere)[0] != "M":
            raise Illisible
    if not lettres:
        raise Illisible
    return valeur


def lire_sexe(valeur: str) -> str:
    try:
        return SEXES[valeur]
    except KeyError:
        raise Illisible from None


def naissance_plausible(date: datetime.date, *, aujourdhui: datetime.date) -> bool:
    return NAISSANCE_MINIMALE <= date <= aujourdhui
