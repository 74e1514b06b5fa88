"""Birth places of other times: what a commune's code or name was, what was one commune for a while, what a country was.

Read once a process from `donnees/lieux.csv`, whose PROVENANCE.md says where it comes from; nothing here needs the
database. `referentiel.lieux` compares places with it.
"""

import csv
import datetime
from collections import defaultdict
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from referentiel.noms import normaliser_nom

FICHIER = Path(__file__).parent / "donnees" / "lieux.csv"

#: `genre`: what the line says. `fin`: the last year, or the last day of a `reunion`; empty when it is not known.
#: ancien: `code` was left for `lien`, the commune of today; it was that of `nom`, until `fin`.
#: nom: the commune of this code bore this name, until `fin`.
#: reunion: the communes `code` and `lien`, two today, were one until `fin`.
#: pays, territoire, nom_de_pays: a country's name, that of one of its territories, another of its names.
#: ancien_pays: who was born in the country `lien`, until `fin`, may be registered under its former `code`.
COLONNES = ("genre", "code", "nom", "fin", "lien")


class Ancien(NamedTuple):
    nom: str
    annee_fin: int | None
    code_actuel: str


class NomPorte(NamedTuple):
    code: str
    nom: str
    annee_fin: int | None


class Histoire(NamedTuple):
    anciens: dict[str, Ancien]
    noms: tuple[NomPorte, ...]
    #: Commune of today → (another that it was one with, last day or None when it is not known).
    reunions: dict[str, tuple[tuple[str, datetime.date | None], ...]]
    pays: dict[str, str]
    #: Former code of a country ↔ (the country of today, last year or None), both ways.
    pays_lies: dict[str, tuple[tuple[str, int | None], ...]]
    #: `cle_pays` → code.
    codes_de_pays: dict[str, str]


_verrou = Lock()


def histoire() -> Histoire:
    """The history shipped with the product, read at the first call, by one thread for all."""
    with _verrou:
        return _livree()


_MOTS_VIDES = {"DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "ET", "OU"}


def cle_pays(nom: str) -> str:
    """What two writings of a country's name share: its words, without those that carry no meaning."""
    return "".join(mot for mot in normaliser_nom(nom).split() if mot not in _MOTS_VIDES)


@cache
def _livree() -> Histoire:
    anciens: dict[str, Ancien] = {}
    noms: list[NomPorte] = []
    reunions: dict[str, list[tuple[str, datetime.date | None]]] = defaultdict(list)
    pays: dict[str, str] = {}
    lies: dict[str, list[tuple[str, int | None]]] = defaultdict(list)
    nommes: list[tuple[int, str, str]] = []
    with FICHIER.open(encoding="utf-8", newline="") as fichier:
        lignes = csv.reader(fichier)
        next(lignes)
        for genre, code, nom, fin, lien in lignes:
            match genre:
                case "ancien":
                    anciens[code] = Ancien(nom, int(fin) if fin else None, lien)
                case "nom":
                    noms.append(NomPorte(code, nom, int(fin) if fin else None))
                case "reunion":
                    jour = datetime.date.fromisoformat(fin) if fin else None
                    reunions[code].append((lien, jour))
                    reunions[lien].append((code, jour))
                case "ancien_pays":
                    annee = int(fin) if fin else None
                    lies[code].append((lien, annee))
                    lies[lien].append((code, annee))
                case "pays":
                    pays[code] = nom
                    nommes.append((0, code, nom))
                case "nom_de_pays":
                    nommes.append((1, code, nom))
                case "territoire":
                    nommes.append((2, code, nom))
    return Histoire(
        anciens,
        tuple(noms),
        {code: tuple(autres) for code, autres in reunions.items()},
        pays,
        {code: tuple(autres) for code, autres in lies.items()},
        _par_nom(nommes),
    )


def _par_nom(nommes: list[tuple[int, str, str]]) -> dict[str, str]:
    """A name that several countries bore (Congo, Soudan) is that of the country which bears it today."""
    codes: dict[str, str] = {}
    for _, code, nom in sorted(nommes):
        codes.setdefault(cle_pays(nom.replace("(", " ").replace(")", " ")), code)
    for _, code, nom in sorted(nommes):
        if (
            "(" in nom
        ):  # « DOMINICAINE (REPUBLIQUE) » is said « République dominicaine », « MAN (ILE) » « Man »
            principal, _, precision = nom.partition("(")
            codes.setdefault(cle_pays(f"{precision.rstrip(') ')} {principal}"), code)
            if not precision.startswith("PARTIE"):  # Saint-Martin is also France's, and a dozen communes
                codes.setdefault(cle_pays(principal), code)
    return codes
