"""The communes of France, past and present: the Code officiel géographique (COG) shipped with the product.

Read once a process from `donnees/`, whose PROVENANCE.md says where the files come from; nothing here needs the
database.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from referentiel.identifiants import IdentifiantInvalide
from referentiel.index_des_communes import Commune, IndexDesCommunes, cle_commune, departement_du_code

__all__ = ["Commune", "ReferenceCommunes", "cle_commune", "departement_du_code", "reference"]

DONNEES = Path(__file__).parent / "donnees"
FICHIER_COMMUNES = DONNEES / "communes.csv.gz"
FICHIER_DEPARTEMENTS = DONNEES / "departements.csv"

#: Columns of the file of communes.
COLONNES_FICHIER = (
    "code",
    "nom",
    "type",
    "departement",
    "code_actuel",
    "codes_postaux",
    "annee_fin",
    "autres_noms",
)

MESSAGE_LIEU_ETUDES = (
    "Cette commune est inconnue : indiquez le code Insee (COG) de la commune du lieu d'études, "
    "par exemple 31555."
)


# `cache`, and `cached_property` since Python 3.12, let several threads compute the value at once.
_verrou = Lock()


class LieuResolu(NamedTuple):
    code: str
    avis: str | None  # None, "code_postal_converti", "commune_eloignee"


class ReferenceCommunes:
    """The COG in memory. Every method takes a COG code in upper case; an unknown one gives None or an empty tuple."""

    def __init__(self, communes: dict[str, Commune], academies: dict[str, str]) -> None:
        self._communes = communes
        self._academies = academies
        self._index_fait: IndexDesCommunes | None = None

    def connue(self, code: str) -> bool:
        """Whether the code is, or once was, that of a commune or of an arrondissement."""
        return code in self._communes

    def nom(self, code: str) -> str | None:
        commune = self._communes.get(code)
        if commune is None:
            return None
        return commune.nom or self._communes[commune.code_actuel].nom

    def departement(self, code: str) -> str | None:
        commune = self._communes.get(code)
        return commune.departement if commune else None

    def academie(self, code: str) -> str | None:
        """The académie; empty where there is none (some of the overseas territories)."""
        commune = self._communes.get(code)
        return self.academie_du_departement(commune.departement) if commune else None

    def academie_du_departement(self, departement: str) -> str:
        return self._academies.get(departement, "")

    def code_actuel(self, code: str) -> str:
        """The commune of today that holds this old commune or arrondissement; the code itself when there is none."""
        commune = self._communes.get(code)
        return commune.code_actuel if commune and commune.code_actuel else code

    def codes_postaux(self, code: str) -> tuple[str, ...]:
        """The postal codes; for an old code, those of the commune of today."""
        commune = self._communes.get(code)
        if commune and not commune.codes_postaux and commune.code_actuel:
            commune = self._communes[commune.code_actuel]
        return commune.codes_postaux if commune else ()

    def est_actuelle(self, code: str) -> bool:
        commune = self._communes.get(code)
        return commune is not None and commune.type == "actuelle"

    def est_arrondissement(self, code: str) -> bool:
        commune = self._communes.get(code)
        return commune is not None and commune.type == "arrondissement"

    def departement_existe(self, departement: str) -> bool:
        return departement in self._academies

    def avec(self, lignes: Iterable[tuple[str, str, str, str, str, Sequence[str]]]) -> "ReferenceCommunes":
        """Another reference, with these rows (code, name, type, département, commune of today, postal codes) besides
        or instead. A commune is also found by the name that it no longer bears."""
        toutes = dict(self._communes)
        for code, nom, type_, departement, code_actuel, codes_postaux in lignes:
            avant = toutes.get(code)
            noms = {*avant.autres_noms, avant.nom} - {nom, ""} if avant else set()
            toutes[code] = Commune(
                nom,
                type_,
                departement,
                code_actuel,
                tuple(codes_postaux),
                avant.annee_fin if avant else None,
                tuple(sorted(noms)),
            )
        return ReferenceCommunes(toutes, self._academies)

    def connue_comme_lieu_etudes(self, code: str) -> bool:
        """Whether the code, sent as a place of study, is that of a commune.

        Old codes are, except the three hundred which are a postal code today: 75005 was Aubervilliers until 1967, and
        whoever sends it now means Paris.
        """
        commune = self._communes.get(code)
        return commune is not None and (commune.type != "ancienne" or code not in self._tous_codes_postaux)

    def noms(self, code: str) -> tuple[str, ...]:
        """Its name of today, or its last one, then those of the communes that had this code before it."""
        commune = self._communes.get(code)
        return tuple(nom for nom in (commune.nom, *commune.autres_noms) if nom) if commune else ()

    def annee_fin(self, code: str) -> int | None:
        """Of an old code: the last year when births took it, when known."""
        commune = self._communes.get(code)
        return commune.annee_fin if commune else None

    def reunies(self, code: str) -> tuple[str, ...]:
        """The codes that lead to this commune of today: old ones, and the arrondissements of a whole city."""
        return self._index.reunies.get(code, ())

    def lieux_du_code_postal(self, code_postal: str) -> tuple[str, ...]:
        """The communes of today that have this postal code; of a whole city, the arrondissement."""
        return self._index.codes_postaux.get(code_postal, ())

    def resoudre(self, nom: str, departement: str, annee: int | None) -> str | None:
        """The COG code of the commune that bears this name, or bore it, in this département, for a birth of this year.

        None when no commune, or more than one, answers.
        """
        return self._index.resoudre(nom, departement, annee)

    def resoudre_partout(self, nom: str) -> str | None:
        """The COG code of the only commune of France that bears this name today; None otherwise."""
        return self._index.resoudre_partout(nom)

    def preparer(self) -> None:
        """Have ready what answers otherwise than by the code, but for names."""
        _ = self._index

    def lignes(self) -> Iterator[tuple[str, str, str, str, str, str, list[str]]]:
        for code, commune in self._communes.items():
            nom = commune.nom or self._communes[commune.code_actuel].nom
            academie = self.academie_du_departement(commune.departement)
            yield (
                code,
                nom,
                commune.type,
                commune.departement,
                academie,
                commune.code_actuel,
                list(commune.codes_postaux),
            )

    @cached_property
    def _tous_codes_postaux(self) -> frozenset[str]:
        return frozenset(cp for commune in self._communes.values() for cp in commune.codes_postaux)

    @property
    def _index(self) -> IndexDesCommunes:
        """Built at the first question that codes alone do not answer."""
        if self._index_fait is None:
            with _verrou:
                if self._index_fait is None:
                    self._index_fait = IndexDesCommunes(self._communes)
        return self._index_fait


def reference() -> ReferenceCommunes:
    """The reference shipped with the product, read at the first call, by one thread for all."""
    with _verrou:
        return _livree()


@cache
def _livree() -> ReferenceCommunes:
    with FICHIER_DEPARTEMENTS.open(encoding="utf-8", newline="") as fichier:
        academies = {ligne["departement"]: ligne["academie"] for ligne in csv.DictReader(fichier)}
    communes = {}
    departements = {
        departement: departement for departement in academies
    }  # one string each, not one a commune
    types = {"actuelle": "actuelle", "arrondissement": "arrondissement", "ancienne": "ancienne"}
    with gzip.open(FICHIER_COMMUNES, "rt", encoding="utf-8", newline="") as fichier:
        lignes = csv.reader(fichier)
        next(lignes)
        for code, nom, type_, departement, code_actuel, codes_postaux, annee_fin, autres_noms in lignes:
            communes[code] = Commune(
                nom,
                types[type_],
                departements[departement],
                code_actuel,
                tuple(codes_postaux.split()),
                int(annee_fin) if annee_fin else None,
                tuple(autres_noms.split("|")) if autres_noms else (),
            )
    return ReferenceCommunes(communes, academies)


def lignes_reference() -> Iterator[tuple[str, str, str, str, str, str, list[str]]]:
    """The rows of the table of communes, as (code, nom, type, departement, academie, code_actuel, codes_postaux)."""
    return reference().lignes()


def resoudre_lieu_etudes(
    valeur: str, *, commune_etablissement: str, reference: ReferenceCommunes
) -> LieuResolu:
    """The COG code meant by what a sender calls the commune of the place of study: a COG code, or a postal code.

    Half of the postal codes are also the COG code of another commune, so shape cannot decide: the establishment's
    own commune does, then distance. Raises IdentifiantInvalide.
    """
    code = valeur.strip(" ").upper() if valeur.isascii() else ""
    if code == commune_etablissement:
        return LieuResolu(code, None)
    if code in reference.codes_postaux(commune_etablissement):
        return LieuResolu(commune_etablissement, "code_postal_converti")
    # Paris, Lyon and Marseille: an establishment known by its arrondissement is in the whole commune too. The value
    # says another arrondissement, so it is not converted to the establishment's.
    commune = reference.code_actuel(commune_etablissement)
    if code in reference.codes_postaux(commune):
        return LieuResolu(commune, "code_postal_converti")
    if not reference.connue_comme_lieu_etudes(code):
        raise IdentifiantInvalide(MESSAGE_LIEU_ETUDES)
    return LieuResolu(code, None if _proches(code, commune_etablissement, reference) else "commune_eloignee")


def _proches(code: str, commune_etablissement: str, reference: ReferenceCommunes) -> bool:
    ici = reference.departement(commune_etablissement) or departement_du_code(commune_etablissement)
    la = reference.departement(code)
    if la == ici:
        return True
    academie = reference.academie_du_departement(ici)
    return academie != "" and reference.academie(code) == academie
