"""Help for people who prepare a file: the columns explained, an empty template, an example.

All generated from the tables that read and validate files (`colonnes`, `signalements`), so that they agree.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from referentiel.bac_a_sable import EtudiantFictif, lire_jeu
from referentiel.calendrier import debut_annee_universitaire
from referentiel.champs_d_inscription import CHAMPS as CHAMPS_D_INSCRIPTION
from referentiel.champs_d_inscription import PAR_NOM
from referentiel.imports.colonnes import DU_CONTRAT as CHAMPS
from referentiel.imports.colonnes import Colonne
from referentiel.nomenclatures import REGIME_PAR_NUMERO, Regime

#: Rows of the spreadsheet that are prepared: those of the largest workbook that is read.
_LIGNES_PREPAREES = 50_000
#: Students of the sandbox: real enough to be read, and refused by any real deposit.
_EXEMPLES = ("990000101DJ", "990000104DF", "990000403CH")


class RegimeExplique(NamedTuple):
    code: str
    libelle: str
    numero: str  # that of the write API, which follows another order
    mots: str  # what files often say


def _numero(code: str) -> str:
    return next(numero for numero, regime in REGIME_PAR_NUMERO.items() if regime == code)


_MOTS = {
    "RF1": "FI, Formation initiale",
    "RF2": "FI hors apprentissage",
    "RF3": "Reprise d'études",
    "RF4": "FA, Apprentissage, Alternance",
    "RF5": "FC, Formation continue",
    "RF6": "FC hors contrat pro",
    "RF7": "Contrat pro",
}
#: The codes of régime, beside the numbers of the API: the two do not follow each other.
REGIMES = [RegimeExplique(code, libelle, _numero(code), _MOTS[code]) for code, libelle in Regime.choices]


class Description(NamedTuple):
    colonne: Colonne
    sens: str
    attendu: str


def decrire() -> list[Description]:
    return [Description(CHAMPS[champ.nom], champ.sens, champ.attendu) for champ in CHAMPS_D_INSCRIPTION]


def modele_csv() -> bytes:
    """The header line only."""
    return _csv([])


def exemple_csv(*, aujourdhui: date) -> bytes:
    """Three lines about people and establishments that do not exist."""
    rentree = debut_annee_universitaire(aujourdhui)
    etudiants = {etudiant.ine: etudiant for etudiant in lire_jeu().etudiants}
    communes = {etablissement.uai: etablissement.code_commune for etablissement in lire_jeu().etablissements}
    return _csv(_ligne(etudiants[ine], communes, rentree) for ine in _EXEMPLES)


def modele_xlsx() -> bytes:
    """The titles over cells formatted as text, so that leading zeros are kept; closed lists as drop-downs."""
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    feuille.title = "Inscriptions"
    feuille.freeze_panes = "A2"
    for rang, (identifiant, colonne) in enumerate(CHAMPS.items(), start=1):
        feuille.cell(1, rang, colonne.libelle).font = openpyxl.styles.Font(bold=True)
        lettre = get_column_letter(rang)
        feuille.column_dimensions[lettre].number_format = "@"
        feuille.column_dimensions[lettre].width = max(14, len(colonne.libelle) + 2)
        # The closed lists, offered by the spreadsheet in the cells of their column.
        if choix := PAR_NOM[identifiant].lecture.libelles:
            liste = DataValidation(type="list", formula1=f'"{",".join(choix)}"', allow_blank=True)
            # Other spellings are accepted too: the drop-down helps and does not reject.
            liste.showErrorMessage = False
            liste.add(f"{lettre}2:{lettre}{_LIGNES_PREPAREES + 1}")
            feuille.add_data_validation(liste)
    _expliquer(classeur)
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def _expliquer(classeur: openpyxl.Workbook) -> None:
    """A second sheet, that import leaves aside: what each column says, and the codes of régime."""
    feuille = classeur.create_sheet("Aide")
    gras = openpyxl.styles.Font(bold=True)
    feuille.append(["Colonne", "Obligatoire", "Ce qu'elle contient", "Valeurs acceptées", "Exemple"])
    for description in decrire():
        colonne = description.colonne
        feuille.append(
            [
                colonne.libelle,
                "oui" if colonne.obligatoire else "non",
                description.sens,
                description.attendu,
                colonne.exemple,
            ]
        )
    feuille.append([])
    debut = feuille.max_row + 2
    feuille.append([])
    feuille.append(
        ["Code du régime", "Régime de formation", "Numéro dans l'API", "Ce que disent souvent les fichiers"]
    )
    for regime in REGIMES:
        feuille.append([regime.code, regime.libelle, regime.numero, regime.mots])
    for rang in (1, debut):
        for cellule in feuille[rang]:
            cellule.font = gras
    for lettre, largeur in zip("ABCDE", (30, 14, 60, 60, 22), strict=True):
        feuille.column_dimensions[lettre].width = largeur


def _csv(lignes: Iterable[Sequence[str]]) -> bytes:
    texte = io.StringIO(newline="")
    ecrivain = csv.writer(texte, delimiter=";")
    ecrivain.writerow([colonne.libelle for colonne in CHAMPS.values()])
    ecrivain.writerows(lignes)
    # The byte order mark tells Excel that the accents are UTF-8.
    return texte.getvalue().encode("utf-8-sig")


def _ligne(etudiant: EtudiantFictif, communes: dict[str, str], rentree: date) -> list[str]:
    inscription = next(une for une in etudiant.inscriptions if une.annee == "en_cours")
    valeurs = {
        "ine": etudiant.ine,
        "date_naissance": etudiant.date_naissance.isoformat(),
        "etablissement_id": inscription.uai,
        "nom_naissance": etudiant.nom_naissance,
        "prenoms": ", ".join(etudiant.prenoms),
        "sexe": etudiant.sexe or "",
        "lieu_naissance": etudiant.lieu_naissance or "",
        **inscription.valeurs(rentree, communes[inscription.uai]),
    }
    return [valeurs[champ.colonne] for champ in CHAMPS_D_INSCRIPTION]
