"""The columns of a deposited file: what each is called, and how a row becomes the fields that validation judges.

Files say the same things as the write API (contract §6), flat. Two conveniences are theirs only: days may also be
written JJ/MM/AAAA, and given names stand in one cell, separated by commas.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from referentiel.ecriture.identite import separer_prenoms
from referentiel.ecriture.signalements import Signalement
from referentiel.ecriture.textes import cle_libelle
from referentiel.exports.formules import restituer
from referentiel.imports.lecture.base import LectureLignes
from referentiel.imports.lecture.erreurs import LigneIllisible
from referentiel.imports.titres import AUTRES_TITRES

_JOUR_FRANCAIS = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


class Colonne(NamedTuple):
    identifiant: str  # wire name
    libelle: str
    exemple: str
    alias: tuple[str, ...] = ()
    obligatoire: bool = False
    date: bool = False
    identite: bool = False  # inside `identite` on the wire
    ignoree: bool = False  # known, and not read

    @property
    def champ(self) -> str:
        """The name that errors bear."""
        return f"identite.{self.identifiant}" if self.identite else self.identifiant


COLONNES = (
    Colonne("ine", "INE", "0123456789M", ("Numéro INE", "Code INE", "Identifiant national étudiant"), True),
    Colonne(
        "dateNaissance",
        "Date de naissance",
        "2004-03-27",
        ("Né le", "Née le", "Date naissance"),
        obligatoire=True,
        date=True,
    ),
    Colonne(
        "uai", "UAI", "0311384L", ("Code UAI", "Numéro UAI", "UAI établissement", "RNE", "Code RNE"), True
    ),
    Colonne(
        "dateDebutInscription",
        "Date de début d'inscription",
        "2026-09-01",
        ("Date début inscription", "Date de début de l'inscription", "Date de début", "Début", "Date début"),
        obligatoire=True,
        date=True,
    ),
    Colonne(
        "dateFinInscription",
        "Date de fin d'inscription",
        "2027-08-31",
        ("Date fin inscription", "Date de fin de l'inscription", "Date de fin", "Fin", "Date fin"),
        obligatoire=True,
        date=True,
    ),
    Colonne("statut", "Statut", "inscrit", ("Statut étudiant", "Statut inscription"), True),
    Colonne(
        "regime",
        "Régime",
        "RF1",
        ("Régime de formation", "Régime d'inscription", "Code régime", "Régime formation"),
    ),
    Colonne(
        "codeCommune",
        "Code commune",
        "31555",
        (
            "Code de la commune",
            "Code Insee",
            "Code COG",
            "COG",
            "Code postal",
            "Code commune lieu d'études",
            "Code Insee commune",
        ),
    ),
    Colonne("cursus", "Cursus", "L", ("Cursus LMD",)),
    Colonne("diplome", "Diplôme", "Licence de droit", ("Libellé diplôme", "Intitulé du diplôme")),
    Colonne("niveauDiplome", "Niveau du diplôme", "L1", ("Niveau", "Niveau de diplôme", "Niveau diplôme")),
    Colonne(
        "nomNaissance",
        "Nom de naissance",
        "Le Goff",
        ("Nom", "Nom patronymique", "Nom de famille"),
        identite=True,
    ),
    Colonne("prenoms", "Prénoms", "Anne-Marie, Gaëlle", ("Prénom", "Prénom(s)"), identite=True),
    Colonne("sexe", "Sexe", "F", ("Genre", "Sexe état civil"), identite=True),
    Colonne(
        "codeCogInseeCommuneNaissance",
        "Code commune de naissance",
        "29232",
        (
            "Commune de naissance",
            "Lieu de naissance",
            "Code Insee de naissance",
            "Code lieu de naissance",
            "Code Insee commune de naissance",
            "Code de la commune de naissance",
        ),
        identite=True,
    ),
    #: Added by the report of rejected lines, so that the file can be corrected and sent again as it is.
    Colonne("erreurs", "Erreurs", "", (), ignoree=True),
)

_PAR_CLE = {
    cle_libelle(nom): colonne
    for colonne in COLONNES
    for nom in (
        colonne.identifiant,
        f"identite.{colonne.identifiant}",
        colonne.libelle,
        *colonne.alias,
        *AUTRES_TITRES.get(colonne.identifiant, ()),
    )
}

#: The fields that a column may be.
CHAMPS = {colonne.identifiant: colonne for colonne in COLONNES if not colonne.ignoree}
#: Longest key of a column; titles have no bound.
_CLE_MAXIMUM = 200


def identifier(titre: str) -> Colonne | None:
    """The column that a title designates, without case, accent, space or punctuation."""
    return _PAR_CLE.get(cle_libelle(titre[:200])) if titre else None


def cles(entetes: Sequence[str]) -> list[str]:
    """What each column is called when its field is chosen: its title, told apart from its homonyms by its rank."""
    donnees: dict[str, None] = {}
    for rang, titre in enumerate(entetes, start=1):
        cle = titre[:_CLE_MAXIMUM]
        while not cle or cle in donnees:
            cle = f"{cle} (colonne {rang})".lstrip()
        donnees[cle] = None
    return list(donnees)


class LigneLue(NamedTuple):
    """`champs` for validation, or None and the reason why the line could not be cut into fields."""

    numero: int
    champs: dict[str, Any] | None
    cellules: list[str]  # [] when the row is an object
    refus: Signalement | None


class Correspondance:
    """Which column of a file is which field. `erreurs` prevent from importing it, `avis` do not; both are French.

    `choix`: what a person decided for some columns, by key (`cles`): a field, or '' to leave the column aside.
    """

    def __init__(self, entetes: Sequence[str], choix: Mapping[str, str] | None = None) -> None:
        self.entetes = list(entetes)
        self.cles = cles(entetes)
        self.choix = choix = choix or {}
        self.colonnes = [
            CHAMPS.get(choix[cle]) if cle in choix else identifier(titre)
            for cle, titre in zip(self.cles, entetes, strict=True)
        ]
        self.inconnues = [
            titre
            for cle, titre, colonne in zip(self.cles, entetes, self.colonnes, strict=True)
            if colonne is None and titre and cle not in choix
        ]
        lues = [colonne for colonne in self.colonnes if colonne is not None and not colonne.ignoree]
        self.manquantes = [colonne for colonne in COLONNES if colonne.obligatoire and colonne not in lues]
        self.doublees = [colonne for colonne in COLONNES if lues.count(colonne) > 1]
        self.erreurs = self._erreurs(aucune=not lues)
        self.avis = self._avis()
        self._simples: list[tuple[int, str]] = []
        self._dates: list[tuple[int, str]] = []
        self._identite: list[tuple[int, str]] = []
        self._prenoms_lus = any(colonne and colonne.identifiant == "prenoms" for colonne in self.colonnes)
        for rang, colonne in enumerate(self.colonnes):
            if colonne is None or colonne.ignoree:
                continue
            groupe = self._identite if colonne.identite else self._dates if colonne.date else self._simples
            groupe.append((rang, colonne.identifiant))

    def _erreurs(self, *, aucune: bool) -> tuple[str, ...]:
        if aucune:
            return (
                "Aucune colonne n'est reconnue : la première ligne doit donner les titres des colonnes, par "
                "exemple "
                + ", ".join(colonne.identifiant for colonne in COLONNES if colonne.obligatoire)
                + ".",
            )
        manque = tuple(
            f"Colonne obligatoire absente : « {colonne.libelle} » ({colonne.identifiant})."
            for colonne in self.manquantes
        )
        return manque + tuple(
            f"Plusieurs colonnes disent la même chose : {self._titres(colonne)}. Gardez-en une seule."
            for colonne in self.doublees
        )

    def _titres(self, voulue: Colonne) -> str:
        return ", ".join(
            f"« {titre[:60]} »"
            for titre, colonne in zip(self.entetes, self.colonnes, strict=True)
            if colonne == voulue
        )

    def _avis(self) -> tuple[str, ...]:
        if not self.inconnues:
            return ()
        titres = ", ".join(f"« {titre[:60]} »" for titre in self.inconnues[:20])
        suite = f" et {len(self.inconnues) - 20} autres" if len(self.inconnues) > 20 else ""
        return (f"Colonnes ignorées, car inconnues : {titres}{suite}.",)

    def champs(self, cellules: Sequence[str]) -> dict[str, Any]:
        """The fields of a row, which must be as wide as the header. Blank cells are left out."""
        champs: dict[str, Any] = {}
        for rang, nom in self._simples:
            texte = cellules[rang].strip()
            if texte:
                champs[nom] = lire_cellule(texte) if texte[0] == "'" else texte
        for rang, nom in self._dates:
            texte = cellules[rang].strip()
            if texte:
                champs[nom] = texte if texte[4:5] == "-" else _iso(lire_cellule(texte))
        if self._identite:
            identite: dict[str, Any] = {}
            for rang, nom in self._identite:
                texte = cellules[rang].strip()
                if texte:
                    texte = lire_cellule(texte) if texte[0] == "'" else texte
                    identite[nom] = separer_prenoms(texte) if nom == "prenoms" else texte
            if identite:
                if self._prenoms_lus and "prenoms" not in identite:
                    identite["prenoms"] = []  # a blank beside a name: this person has no given name
                champs["identite"] = identite
        return champs


def lire_cellule(texte: str) -> str:
    """What a cell means: without outer blanks, nor the apostrophe that made a formula harmless."""
    return restituer(texte.strip()).strip()


def _iso(texte: str) -> str:
    """JJ/MM/AAAA as ISO; anything else as it is, for validation to refuse."""
    trouve = _JOUR_FRANCAIS.fullmatch(texte)
    return f"{trouve[3]}-{trouve[2]}-{trouve[1]}" if trouve else texte


def parcourir(lecture: LectureLignes, correspondance: Correspondance | None = None) -> Iterator[LigneLue]:
    """The lines of a file as fields, whatever its format. `correspondance` is of no use for JSON."""
    if lecture.entetes is None:
        for numero, rangee in lecture.lignes():
            if isinstance(rangee, dict):
                yield LigneLue(numero, rangee, [], None)
            elif isinstance(rangee, LigneIllisible):
                yield LigneLue(numero, None, rangee.cellules, rangee.signalement)
        return
    champs = (correspondance or Correspondance(lecture.entetes)).champs
    for numero, rangee in lecture.lignes():
        if isinstance(rangee, list):
            yield LigneLue(numero, champs(rangee), rangee, None)
        elif isinstance(rangee, LigneIllisible):
            yield LigneLue(numero, None, rangee.cellules, rangee.signalement)
