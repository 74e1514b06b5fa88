"""The columns of a list of establishments: the ministry's published ones, or our own plain ones.

The ministry's open data is downloaded either with the technical names of its columns or with their labels, and these
have changed over the years: what is written in a title but its letters and digits is not looked at.
"""

from collections.abc import Sequence
from typing import NamedTuple

from referentiel.ecriture.textes import cle_libelle
from referentiel.exports.formules import restituer


class Colonne(NamedTuple):
    champ: str
    titres: tuple[str, ...]  # by order of preference: a file may hold several that say nearly the same
    obligatoire: bool = False


COLONNES = (
    Colonne(
        "uai",
        (
            "uai",
            "Code UAI",
            "UAI - identifiant",
            "Numéro UAI",
            "numero_uai",
            "identifiant_de_l_etablissement",
        ),
        obligatoire=True,
    ),
    Colonne(
        "nom",
        (
            "nom",
            "uo_lib_officiel",
            "uo_lib",
            "Libellé officiel",
            "Libellé",
            "Nom de l'établissement",
            "nom_etablissement",
            "appellation_officielle",
        ),
        obligatoire=True,
    ),
    Colonne("type", ("type", "type_d_etablissement", "Type d'établissement", "type_etablissement")),
    Colonne(
        "secteur",
        ("secteur", "secteur_d_etablissement", "Secteur d'établissement", "secteur_etablissement"),
    ),
    Colonne(
        "codeCommune",
        (
            "codeCommune",
            "com_code",
            "Code commune",
            "Code de la commune",
            "Code Insee de la commune",
            "Code Insee commune",
            "Code Insee",
            "Code COG",
        ),
        obligatoire=True,
    ),
    Colonne("pays", ("pays", "Pays de l'établissement")),
    Colonne("anciensUai", ("anciensUai", "Anciens codes UAI", "anciens_codes_uai", "Ancien code UAI")),
    Colonne("siret", ("siret", "Numéro SIRET", "Code SIRET")),
    Colonne("dateFermeture", ("dateFermeture", "date_fermeture", "Date de fermeture")),
)


class Correspondance:
    """Which column of a file is which field. `erreurs`, in French, prevent from importing it."""

    def __init__(self, entetes: Sequence[str], colonnes: Sequence[Colonne] = COLONNES) -> None:
        cles = [cle_libelle(titre[:200]) for titre in entetes]
        self._rangs: list[tuple[str, tuple[int, ...]]] = []
        erreurs = []
        for colonne in colonnes:
            connues = [cle for titre in colonne.titres if (cle := cle_libelle(titre)) in cles]
            if connues and cles.count(connues[0]) > 1:
                titre = entetes[cles.index(connues[0])]
                erreurs.append(f"Plusieurs colonnes s'appellent « {titre[:60]} » : gardez-en une seule.")
            elif connues:
                self._rangs.append((colonne.champ, tuple(cles.index(cle) for cle in connues)))
            elif colonne.obligatoire:
                erreurs.append(
                    f"Colonne obligatoire absente : {colonne.champ} (ou {', '.join(colonne.titres[1:4])}…)."
                )
        self.erreurs = tuple(erreurs)

    def champs(self, cellules: Sequence[str]) -> dict[str, str]:
        """The fields of a row: every column that the file has, its cell blank or not.

        Of several columns that say nearly the same (the ministry leaves its official labels blank in half of its
        lines), the first that is filled.
        """
        return {
            champ: next(
                (lue for rang in rangs if (lue := restituer(cellules[rang].strip()).strip())),
                "",
            )
            for champ, rangs in self._rangs
        }
