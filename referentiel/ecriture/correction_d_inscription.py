"""Correcting one inscription, its natural key included: another student, establishment, start date or diplome.

The row stays the same, with its history. It first takes its new key, then the line goes through the one place that
writes inscriptions, with its rules on students and identities.
"""

import datetime
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from referentiel.ecriture.auteur import signer
from referentiel.ecriture.conflits import rejouer
from referentiel.ecriture.etudiants_des_lignes import CREER_ETUDIANTS
from referentiel.ecriture.fusion import (
    SOURCE_JSON,
    Issue,
    compter_introuvable,
    en_json,
    eprouver,
    fusionner_ligne_eprouvee,
)
from referentiel.ecriture.naissances import INTROUVABLE
from referentiel.ecriture.validation import LigneValide
from referentiel.models import Etudiant, IneRemplace, Inscription
from referentiel.nomenclatures import Source

#: Why nothing was written, besides the rejections of the merge.
ABSENTE, DEPASSEE, CLE_PRISE = "absente", "depassee", "cle_prise"


class _Refus(Exception):
    def __init__(self, issue: Issue) -> None:
        self.issue = issue


class Cible(NamedTuple):
    """Which inscription, and as the person saw it. `parmi`: those that this person may write."""

    parmi: QuerySet[Inscription]
    inscription_id: int
    version: datetime.datetime


def corriger(cible: Cible, ligne: LigneValide, *, auteur: str) -> Issue:
    """The merge's outcome; or one of the refusals above, or of the merge, nothing being written then."""
    if refus_de_date := eprouver(ligne, auteur=auteur):
        return Issue(refus_de_date, None, False)
    try:
        return rejouer(lambda: _corriger(cible, ligne, auteur=auteur))
    except _Refus as refus:
        if refus.issue.code == INTROUVABLE:
            compter_introuvable(ligne, auteur=auteur)
        return refus.issue


def _corriger(cible: Cible, ligne: LigneValide, *, auteur: str) -> Issue:
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, auteur)
        if ligne.nom_naissance is not None:
            curseur.execute(CREER_ETUDIANTS.format(source=SOURCE_JSON), {"lignes": en_json(ligne)})
        tenue = cible.parmi.select_for_update(of=("self",)).filter(pk=cible.inscription_id).first()
        if tenue is None:
            raise _Refus(Issue(ABSENTE, None, False))
        if tenue.modifie_le != cible.version:
            raise _Refus(Issue(DEPASSEE, None, False))
        cle = _cle(ligne)
        deplacee = (tenue.etudiant_id, tenue.etablissement_id, tenue.date_debut, tenue.diplome) != cle
        if deplacee:
            _deplacer(tenue, cle, ligne.date_fin)
        issue = fusionner_ligne_eprouvee(ligne, source=Source.ADMIN.value, auteur=auteur)
        if issue.inscription_id is None:
            raise _Refus(issue)
    return issue._replace(code="modifiee") if deplacee else issue


def _cle(ligne: LigneValide) -> tuple[int, int, datetime.date, str]:
    """The student that the merge will find, following replaced INE."""
    etudiant = Etudiant.objects.filter(ine=ligne.ine, fictif=ligne.fictif).first()
    dates = set()
    if etudiant is None:
        remplaces = IneRemplace.objects.select_related("etudiant")
        remplace = remplaces.filter(ancien_ine=ligne.ine, fictif=ligne.fictif).first()
        if remplace is None:
            raise _Refus(Issue(INTROUVABLE, None, False))
        etudiant = remplace.etudiant
        dates.add(remplace.date_naissance)
    if ligne.date_naissance not in dates | {etudiant.date_naissance}:
        raise _Refus(Issue(INTROUVABLE, None, False))
    return etudiant.pk, ligne.etablissement_id, ligne.date_debut, ligne.diplome


def _deplacer(tenue: Inscription, cle: tuple[int, int, datetime.date, str], fin: datetime.date) -> None:
    etudiant, etablissement, debut, diplome = cle
    # The end date is written with the start date: the old end may come before the new start.
    try:
        with transaction.atomic():
            Inscription.objects.filter(pk=tenue.pk).update(
                etudiant_id=etudiant,
                etablissement_id=etablissement,
                date_debut=debut,
                diplome=diplome,
                date_fin=fin,
                modifie_le=Now(),
            )
    except IntegrityError as conflit:
        if "inscription_cle_" not in str(conflit):
            raise
        raise _Refus(Issue(CLE_PRISE, None, False)) from None
