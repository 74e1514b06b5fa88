"""The columns of a deposited file, and the titles that name them.

Files say the same things as the write API (contract §6), flat. A few columns are theirs only: what establishments' own
software writes in two columns, or in other words (`FICHIERS`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from referentiel.champs_d_inscription import CHAMPS as CHAMPS_D_INSCRIPTION
from referentiel.champs_d_inscription import Role
from referentiel.ecriture.textes import cle_libelle
from referentiel.imports.titres import AUTRES_TITRES, POSTAUX


class Colonne(NamedTuple):
    identifiant: str  # wire name
    libelle: str
    exemple: str
    alias: tuple[str, ...] = ()
    obligatoire: bool = False
    date: bool = False
    identite: bool = False  # inside `identite` on the wire
    ignoree: bool = False  # known, and not read
    fichier: bool = False  # of files only: it gives a part of another field

    @property
    def champ(self) -> str:
        """The name that errors bear."""
        return f"identite.{self.identifiant}" if self.identite else self.identifiant


CLE_INE, PAYS, ANNEE = "cleIne", "codePaysNaissance", "anneeUniversitaire"
FICHIERS = (
    Colonne(CLE_INE, "Clé de l'INE", "M", ("Clé INE", "Clé NNE"), fichier=True),
    Colonne(
        PAYS, "Code pays de naissance", "99352", ("Code pays naissance", "Pays de naissance (code)"), identite=True,
        fichier=True,
    ),
    Colonne(ANNEE, "Année universitaire", "2026-2027", ("Année d'inscription",), fichier=True),
)  # fmt: skip

COLONNES = (
    *(
        Colonne(
            champ.nom,
            champ.libelle,
            champ.exemple,
            champ.alias,
            obligatoire=champ.obligatoire,
            date=champ.date,
            identite=champ.role is Role.IDENTITE,
        )
        for champ in CHAMPS_D_INSCRIPTION
    ),
    *FICHIERS,
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
_POSTAUX = {cle_libelle(titre) for titre in POSTAUX}

#: The fields that a column may be.
CHAMPS = {colonne.identifiant: colonne for colonne in COLONNES if not colonne.ignoree}
#: Those of the write API: what a model of file has.
DU_CONTRAT = {champ.nom: CHAMPS[champ.nom] for champ in CHAMPS_D_INSCRIPTION}
#: Several columns may be these fields: their cells are put together.
JOINTS = ("ine", "prenoms")
#: Given once for the whole file, when no column tells them.
CONSTANTES = (
    "uai", "statut", "regime", ANNEE, "dateDebutInscription", "dateFinInscription", "codeCommune",
)  # fmt: skip
#: Longest key of a column; titles have no bound.
_CLE_MAXIMUM = 200


def identifier(titre: str) -> Colonne | None:
    """The column that a title designates, without case, accent, space or punctuation."""
    return _PAR_CLE.get(cle_libelle(titre[:200])) if titre else None


def identifier_tous(titres: Sequence[str]) -> list[Colonne | None]:
    """The same of a whole header. A postal code of nobody knows what is most often that of a home: it is never taken
    for the place of study without the person saying so."""
    cles_ = [cle_libelle(titre[:200]) for titre in titres]
    return [None if cle in _POSTAUX else _PAR_CLE.get(cle) if cle else None for cle in cles_]


def postaux_ecartes(titres: Sequence[str]) -> list[str]:
    """The titles of the postal codes that are left aside."""
    return [titre for titre in titres if cle_libelle(titre[:200]) in _POSTAUX]


def cles(entetes: Sequence[str]) -> list[str]:
    """What each column is called when its field is chosen: its title, told apart from its homonyms by its rank."""
    donnees: dict[str, None] = {}
    for rang, titre in enumerate(entetes, start=1):
        cle = titre[:_CLE_MAXIMUM]
        while not cle or cle in donnees:
            cle = f"{cle} (colonne {rang})".lstrip()
        donnees[cle] = None
    return list(donnees)
