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
from referentiel.ecriture.signalements import ATTENDUS
from referentiel.imports.colonnes import CHAMPS, Colonne
from referentiel.nomenclatures import Cursus, Regime, Sexe, Statut

#: What each column says, for someone who has never seen the API.
SENS = {
    "ine": "Identifiant national de l'étudiant, tel qu'il figure sur son relevé de notes du baccalauréat.",
    "dateNaissance": "Date de naissance de l'étudiant. Elle est comparée à celle qui est connue pour cet INE.",
    "uai": "Code de l'établissement où l'étudiant est inscrit ou admis.",
    "dateDebutInscription": "Premier jour de l'inscription.",
    "dateFinInscription": "Dernier jour de l'inscription, six ans au plus après le premier.",
    "statut": "« admis » tant que l'étudiant n'a pas terminé son inscription, « inscrit » ensuite.",
    "regime": "Régime de formation. Sans valeur : formation initiale.",
    "codeCommune": "Commune du lieu d'études. Sans valeur : celle de l'établissement.",
    "cursus": "Licence, master ou doctorat. Sans valeur pour les autres diplômes.",
    "diplome": "Diplôme préparé. Il distingue deux inscriptions qui commencent le même jour.",
    "niveauDiplome": "Année ou niveau dans le diplôme.",
    "nomNaissance": "Nom de naissance. Utile quand l'étudiant n'est pas encore connu : il est alors créé.",
    "prenoms": "Tous les prénoms, dans l'ordre de l'état civil.",
    "sexe": "Sexe à l'état civil.",
    "codeCogInseeCommuneNaissance": "Lieu de naissance.",
}
#: The closed lists, offered by the spreadsheet in the cells of their column.
_CHOIX = {
    "statut": Statut.values,
    "regime": Regime.values,
    "cursus": Cursus.values,
    "sexe": Sexe.values,
}
#: Rows of the spreadsheet that are prepared: those of the largest workbook that is read.
_LIGNES_PREPAREES = 50_000
#: Students of the sandbox: real enough to be read, and refused by any real deposit.
_EXEMPLES = ("990000101DJ", "990000104DF", "990000403CH")


class Description(NamedTuple):
    colonne: Colonne
    sens: str
    attendu: str


def decrire() -> list[Description]:
    return [
        Description(colonne, SENS[identifiant], ATTENDUS[colonne.champ])
        for identifiant, colonne in CHAMPS.items()
    ]


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
        if choix := _CHOIX.get(identifiant):
            liste = DataValidation(type="list", formula1=f'"{",".join(choix)}"', allow_blank=True)
            # Other spellings are accepted too: the drop-down helps and does not reject.
            liste.showErrorMessage = False
            liste.add(f"{lettre}2:{lettre}{_LIGNES_PREPAREES + 1}")
            feuille.add_data_validation(liste)
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def _csv(lignes: Iterable[Sequence[str]]) -> bytes:
    texte = io.StringIO(newline="")
    ecrivain = csv.writer(texte, delimiter=";")
    ecrivain.writerow([colonne.libelle for colonne in CHAMPS.values()])
    ecrivain.writerows(lignes)
    # The byte order mark tells Excel that the accents are UTF-8.
    return texte.getvalue().encode("utf-8-sig")


def _ligne(etudiant: EtudiantFictif, communes: dict[str, str], rentree: date) -> list[str]:
    inscription = next(une for une in etudiant.inscriptions if une.annee == "en_cours")
    debut, fin = inscription.dates(rentree)
    valeurs = {
        "ine": etudiant.ine,
        "dateNaissance": etudiant.date_naissance.isoformat(),
        "uai": inscription.uai,
        "dateDebutInscription": debut.isoformat(),
        "dateFinInscription": fin.isoformat(),
        "statut": inscription.statut,
        "regime": inscription.regime,
        "codeCommune": inscription.code_commune or communes[inscription.uai],
        "cursus": inscription.cursus,
        "diplome": inscription.diplome,
        "niveauDiplome": inscription.niveau_diplome,
        "nomNaissance": etudiant.nom_naissance,
        "prenoms": ", ".join(etudiant.prenoms),
        "sexe": etudiant.sexe or "",
        "codeCogInseeCommuneNaissance": etudiant.lieu_naissance or "",
    }
    return [valeurs[identifiant] for identifiant in CHAMPS]
