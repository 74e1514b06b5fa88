"""What is said of an establishment, in JSON and in CSV.

No personal data. Counts under ten are told as such and no more: in a small lycée they would say something of persons.
"""

import csv
import io
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from referentiel.complements import reference
from referentiel.exports.formules import neutraliser
from referentiel.lieux import nom_du_lieu
from referentiel.models import Etablissement

#: Under this number of records, the number itself is not told.
SEUIL = 10
AUCUNE, PEU, NOMBREUSES = "aucune", "moins de 10", "10 et plus"

CSV = "text/csv; charset=utf-8"
COLONNES_CSV = (
    "uai",
    "nom",
    "type",
    "secteur",
    "academie",
    "departement",
    "codeCommune",
    "commune",
    "ouvert",
    "alimente",
    "inscriptions",
    "effectif",
    "derniereMiseAJour",
)


def decrire(etablissement: Etablissement) -> dict[str, Any]:
    """What is public of an establishment. A value that is not known, or not told, is an absent key."""
    couverture = getattr(etablissement, "couverture", None)
    nombre = couverture.inscriptions if couverture else 0
    commune = etablissement.code_commune
    decrit = {
        "uai": etablissement.uai,
        "nom": etablissement.nom,
        "type": etablissement.type,
        "secteur": etablissement.secteur,
        "academie": etablissement.academie,
        "departement": etablissement.departement,
        "codeCommune": commune,
        "commune": nom_du_lieu(commune, reference()),
        "ouvert": etablissement.ouvert,
        "alimente": nombre > 0,
        "inscriptions": nombre if nombre >= SEUIL else None,
        "effectif": AUCUNE if nombre == 0 else PEU if nombre < SEUIL else NOMBREUSES,
        "derniereMiseAJour": (
            timezone.localdate(couverture.derniere_confirmation).isoformat() if couverture else None
        ),
    }
    return {cle: valeur for cle, valeur in decrit.items() if valeur not in (None, "")}


def en_csv(etablissements: QuerySet[Etablissement]) -> HttpResponse:
    """The whole list, for spreadsheets: formulas neutralised, semicolons and BOM as French ones expect.

    Held in memory (4,000 lines): a database that fails midway is then an error, and not a file cut short.
    """
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";")
    ecrivain.writerow(COLONNES_CSV)
    for etablissement in etablissements:
        decrit = decrire(etablissement)
        ecrivain.writerow([_cellule(decrit.get(colonne, "")) for colonne in COLONNES_CSV])
    response = HttpResponse(sortie.getvalue().encode("utf-8-sig"), content_type=CSV)
    response.headers["Content-Disposition"] = 'attachment; filename="etablissements.csv"'
    return response


def _cellule(valeur: Any) -> Any:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return neutraliser(valeur) if isinstance(valeur, str) else valeur
