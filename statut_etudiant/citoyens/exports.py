"""« Mes consultations » as files: CSV for a spreadsheet, JSON for a program, PDF for a file of papers."""

import csv
import io
import json
from collections.abc import Sequence

from django.utils import timezone

from referentiel.exports.formules import neutraliser
from statut_etudiant.citoyens.consultations import COLONNES, Consultation, en_lignes
from statut_etudiant.pdf import composer

TITRE = "Consultations de mon statut étudiant"
#: Rows of a PDF: a page laid out holds memory, and nobody reads a hundred pages.
LIGNES_D_UN_PDF = 2_000


def en_csv(consultations: Sequence[Consultation]) -> bytes:
    """Semicolons and BOM as French spreadsheets expect, formulas neutralised."""
    sortie = io.StringIO()
    lignes = en_lignes(consultations)
    ecrivain = csv.DictWriter(sortie, list(COLONNES), delimiter=";")
    ecrivain.writeheader()
    for ligne in lignes:
        ecrivain.writerow({nom: neutraliser(valeur) for nom, valeur in ligne.items()})
    return sortie.getvalue().encode("utf-8-sig")


def en_json(consultations: Sequence[Consultation]) -> bytes:
    lues = [
        {
            "reference": consultation.reference,
            "instant": consultation.instant.isoformat(timespec="seconds"),
            "organisme": {"nom": consultation.organisation, "siret": consultation.siret},
            "pour_le_compte_de": consultation.destinataire,
            "finalite": consultation.finalite.intitule,
            "fondement": consultation.finalite.fondement,
            "voie": consultation.voie,
            "categories": consultation.categories,
            "requete": consultation.requete,
        }
        for consultation in consultations
    ]
    return json.dumps({"consultations": lues}, ensure_ascii=False, indent=2).encode()


def en_pdf(consultations: Sequence[Consultation], *, nom: str) -> bytes:
    """A4, landscape; `nom`, the person's. Of too many, the newest ones, and it says so."""
    nombre = len(consultations)
    introduction = (
        f"{nom}. Document établi le {timezone.localtime():%d/%m/%Y à %H:%M} : "
        f"{nombre} consultation{'s' * (nombre > 1)}. "
        "Heures de Paris. Ces traces sont gardées 36 mois (code des relations entre le public et l'administration, "
        "article R. 114-9-7) ; elles disent quelles catégories de données ont été transmises, pas leur contenu."
    )
    if nombre > LIGNES_D_UN_PDF:
        introduction += (
            f" Ce document montre les {LIGNES_D_UN_PDF} plus récentes : les fichiers CSV et JSON "
            "les ont toutes."
        )
    lignes = [
        (
            ligne["reference"],
            f"{ligne['date']}\n{ligne['heure (Paris)']}",
            f"{ligne['organisme']}\n{ligne['siret']}".strip(),
            f"{ligne['finalité']}\n{ligne['fondement']}".strip(),
            ligne["voie"],
            ligne["données"],
        )
        for ligne in en_lignes(consultations[:LIGNES_D_UN_PDF])
    ]
    return composer("consultations", {"titre": TITRE, "introduction": introduction, "lignes": lignes})
