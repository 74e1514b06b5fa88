"""What a set of scopes lets see of a record: one table, one pure function (contract §1).

Every answer of the reading API, whatever its version, only renders what this module says is visible.
Anything the table does not name stays hidden: an unknown scope, statut or régime opens nothing.
"""

from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from habilitations.scopes import Famille, canoniques
from referentiel.dossiers import Dossier
from referentiel.nomenclatures import FORMATION_CONTINUE, FORMATION_INITIALE, Regime, Statut


class Porte(StrEnum):
    """The doors of the reading API: a version, called with a token or through FranceConnect."""

    V2 = "v2"
    V2_FC = "v2-fc"
    V3 = "v3"
    V3_FC = "v3-fc"


Case = tuple[str, str]
"""(statut, régime): all that decides which population a record belongs to."""

Donnees = frozenset[str]
"""Among dates, statut, regime, commune, etablissement (a record), ine, identite (the student)."""

RIEN: Donnees = frozenset()


def _cases(statut: Statut, regimes: Iterable[Regime]) -> frozenset[Case]:
    return frozenset((statut.value, regime.value) for regime in regimes)


INITIALE = _cases(Statut.INSCRIT, FORMATION_INITIALE)
CONTINUE = _cases(Statut.INSCRIT, FORMATION_CONTINUE)
ADMISSION = _cases(Statut.ADMIS, Regime)
TOUTES = INITIALE | CONTINUE | ADMISSION


class Masque(Enum):
    """On what a line of the table acts when it opens no record by itself."""

    DOSSIERS_OUVERTS = "the records opened by the populations of the same family"
    ETUDIANT = "the student, once one of their records is open"


OUVERTS, ETUDIANT = Masque.DOSSIERS_OUVERTS, Masque.ETUDIANT

PARTOUT = frozenset(Porte)
EN_V2 = frozenset({Porte.V2, Porte.V2_FC})
EN_V3 = frozenset({Porte.V3, Porte.V3_FC})
#: FranceConnect's v3 answer never repeats an identity that the caller has just received from FranceConnect.
SAUF_V3_FC = PARTOUT - {Porte.V3_FC}

POPULATION, CHAMP = Famille.POPULATION, Famille.CHAMP

#: What a population of the first family shows of its records, without any mask.
ESSENTIEL = ("dates", "statut", "regime")
LIEU = ("commune", "etablissement")


class Ligne(NamedTuple):
    scope: str
    famille: Famille
    portes: frozenset[Porte]
    sur: frozenset[Case] | Masque
    donnees: tuple[str, ...]


# fmt: off
TABLE: tuple[Ligne, ...] = (
    #      scope                                   family      doors       acts on    data
    Ligne("mesri_inscription_etudiant",           POPULATION, PARTOUT,    INITIALE,  ESSENTIEL),
    Ligne("mesri_inscription_autre",              POPULATION, PARTOUT,    CONTINUE,  ESSENTIEL),
    Ligne("mesri_admission",                      POPULATION, PARTOUT,    ADMISSION, ESSENTIEL),
    Ligne("mesri_etablissements",                 POPULATION, PARTOUT,    OUVERTS,   LIEU),
    Ligne("mesri_identifiant",                    POPULATION, EN_V2,      ETUDIANT,  ("ine",)),
    Ligne("mesri_identite",                       POPULATION, SAUF_V3_FC, ETUDIANT,  ("identite",)),
    Ligne("mesri_admissions",                     CHAMP,      EN_V3,      TOUTES,    ("dates",)),
    Ligne("mesri_admission_inscrit",              CHAMP,      EN_V3,      OUVERTS,   ("statut",)),
    Ligne("mesri_admission_regime_formation",     CHAMP,      EN_V3,      OUVERTS,   ("regime",)),
    Ligne("mesri_admission_commune_etudes",       CHAMP,      EN_V3,      OUVERTS,   ("commune",)),
    Ligne("mesri_admission_etablissement_etudes", CHAMP,      EN_V3,      OUVERTS,   ("etablissement",)),
)
# fmt: on


class Vue(NamedTuple):
    """All that a set of scopes shows through a door. A case absent from `dossiers` is not visible at all."""

    etudiant: Donnees
    dossiers: Mapping[Case, Donnees]


#: All that the table names of every record: what a register's front is given (contract §8).
TOUT = Vue(
    frozenset({"ine", "identite"}),
    MappingProxyType({case: frozenset({*ESSENTIEL, *LIEU}) for case in TOUTES}),
)


# Scope sets are snapshots of habilitations: a few hundred different ones at most.
@lru_cache(maxsize=2048)
def vue(scopes: frozenset[str], porte: Porte) -> Vue:
    """The grants of `scopes`, added up record by record, worked out once per set of scopes and door."""
    tenus = canoniques(scopes)
    lignes = [ligne for ligne in TABLE if ligne.scope in tenus and porte in ligne.portes]
    ouverts: dict[Famille, set[Case]] = {famille: set() for famille in Famille}
    for ligne in lignes:
        if not isinstance(ligne.sur, Masque):
            ouverts[ligne.famille] |= ligne.sur
    etudiant: set[str] = set()
    dossiers: dict[Case, set[str]] = {}
    for ligne in lignes:
        if ligne.sur is ETUDIANT:
            etudiant.update(ligne.donnees)
            continue
        # A mask follows the populations of its own family: "establishments", asked with one population,
        # must not spread to the records that another kind of grant opens for their dates alone.
        for case in ouverts[ligne.famille] if isinstance(ligne.sur, Masque) else ligne.sur:
            dossiers.setdefault(case, set()).update(ligne.donnees)
    return Vue(
        etudiant=frozenset(etudiant) if dossiers else RIEN,
        dossiers=MappingProxyType({case: frozenset(donnees) for case, donnees in dossiers.items()}),
    )


def perimetre(scopes: frozenset[str], dossier: Dossier, porte: Porte) -> Donnees:
    """The visible data of a record. None at all means that the record does not exist for these scopes."""
    return vue(scopes, porte).dossiers.get((dossier.statut, dossier.regime), RIEN)


@lru_cache(maxsize=len(Porte))
def ouvrants(porte: Porte) -> frozenset[str]:
    """The scopes that open at least one record at this door. A token with none of them is refused there."""
    return frozenset(
        ligne.scope for ligne in TABLE if porte in ligne.portes and not isinstance(ligne.sur, Masque)
    )
