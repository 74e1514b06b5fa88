"""« Mes consultations » as files: CSV for a spreadsheet, JSON for a program, PDF for a file of papers."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import dsfr
from django.utils import timezone
from fpdf import FPDF
from fpdf.fonts import FontFace

from referentiel.exports.formules import neutraliser
from statut_etudiant.citoyens.consultations import Consultation, en_lignes

_POLICES = Path(dsfr.__file__).parent / "static" / "dsfr" / "dist" / "fonts"
TITRE = "Consultations de mon statut étudiant"


def en_csv(consultations: Sequence[Consultation]) -> bytes:
    """Semicolons and BOM as French spreadsheets expect, formulas neutralised."""
    sortie = io.StringIO()
    lignes = en_lignes(consultations)
    ecrivain = csv.DictWriter(sortie, _COLONNES, delimiter=";")
    ecrivain.writeheader()
    for ligne in lignes:
        ecrivain.writerow({nom: neutraliser(valeur) for nom, valeur in ligne.items()})
    return sortie.getvalue().encode("utf-8-sig")


_COLONNES = (
    "reference",
    "date",
    "heure (Paris)",
    "organisme",
    "siret",
    "pour le compte de",
    "finalité",
    "fondement",
    "voie",
    "données",
    "identifiant de requête",
)


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


class _Document(FPDF):
    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("Marianne", size=8)
        self.cell(0, 6, f"Page {self.page_no()}/{{nb}}", align="R")


def en_pdf(consultations: Sequence[Consultation], *, nom: str) -> bytes:
    """A4, landscape; the person's name as they signed in."""
    document = _Document(orientation="landscape", format="A4")
    document.set_lang("fr-FR")
    document.set_title(TITRE)
    document.set_creator("API Statut étudiant")
    document.set_auto_page_break(True, margin=15)
    document.add_font("Marianne", fname=_POLICES / "Marianne-Regular.woff")
    document.add_font("Marianne", style="B", fname=_POLICES / "Marianne-Bold.woff")
    document.add_page()
    document.set_font("Marianne", style="B", size=16)
    document.cell(0, 10, TITRE, new_x="LMARGIN", new_y="NEXT")
    document.set_font("Marianne", size=10)
    nombre = len(consultations)
    document.multi_cell(
        0,
        6,
        f"{nom}. Document établi le {timezone.localtime():%d/%m/%Y à %H:%M} : "
        f"{nombre} consultation{'s' * (nombre > 1)}. "
        "Heures de Paris. Ces traces sont gardées 36 mois (code des relations entre le public et l'administration, "
        "article R. 114-9-7) ; elles disent quelles catégories de données ont été transmises, pas leur contenu.",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    document.ln(4)
    document.set_font("Marianne", size=8)
    with document.table(
        col_widths=(16, 30, 55, 62, 40, 62),
        headings_style=FontFace(emphasis="BOLD", fill_color=(238, 238, 238)),
        line_height=4.5,
        padding=1.5,
        text_align="LEFT",
    ) as tableau:
        tableau.row(("Référence", "Date et heure", "Organisme", "Finalité", "Voie", "Données transmises"))
        for ligne in en_lignes(consultations):
            finalite = ligne["finalité"] + (f"\n{ligne['fondement']}" if ligne["fondement"] else "")
            tableau.row(
                (
                    ligne["reference"],
                    f"{ligne['date']}\n{ligne['heure (Paris)']}",
                    f"{ligne['organisme']}\n{ligne['siret']}".strip(),
                    finalite,
                    ligne["voie"],
                    ligne["données"],
                )
            )
    return bytes(document.output())
