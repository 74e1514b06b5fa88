"""« Bac à sable »: the fictitious students that a trial token sees, read from the set itself."""

from functools import cache
from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from referentiel.bac_a_sable import EtudiantFictif, InscriptionFictive, Jeu, lire_jeu
from referentiel.calendrier import debut_annee_universitaire
from referentiel.nomenclatures import Precision, Regime, Statut

NAISSANCES = {
    Precision.JOUR: "",
    Precision.MOIS: " (seuls le mois et l'année sont connus)",
    Precision.ANNEE: " (seule l'année est connue)",
}


class Ligne(NamedTuple):
    etudiant: EtudiantFictif
    naissance: str
    dossiers: list[str]


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    jeu = _jeu()
    contexte = {
        "etablissements": jeu.etablissements,
        "lignes": [_ligne(etudiant) for etudiant in jeu.etudiants],
    }
    return render(request, "portail/bac_a_sable.html", contexte)


@cache
def _jeu() -> Jeu:
    # Files of the product: they change with it only.
    return lire_jeu()


def _ligne(etudiant: EtudiantFictif) -> Ligne:
    naissance = etudiant.date_naissance.isoformat() + NAISSANCES[Precision(etudiant.precision_naissance)]
    return Ligne(etudiant, naissance, [_dossier(inscription) for inscription in etudiant.inscriptions])


def _dossier(inscription: InscriptionFictive) -> str:
    debut, fin = inscription.dates(debut_annee_universitaire(timezone.localdate()))
    commune = f" (à {inscription.code_commune})" if inscription.code_commune else ""
    return (
        f"{Statut(inscription.statut).label}, {Regime(inscription.regime).label}, {inscription.uai}{commune}, "
        f"du {debut:%d/%m/%Y} au {fin:%d/%m/%Y}"
    )
