"""Concluding on an anomaly. Once concluded, it no longer moves: the database refuses it.

The third conclusion, merging two students, is `referentiel.ecriture.fusion_d_etudiants.fusionner`.
"""

from django.db import connection, transaction
from django.utils import timezone

from referentiel.ecriture.auteur import signer
from referentiel.ecriture.conflits import Depasse, rejouer
from referentiel.ecriture.correction import Correction, corriger_identite
from referentiel.models import Anomalie, Etudiant


class AnomalieClose(Exception):
    """Somebody has concluded already, or the anomaly was deleted with its student."""


def garder_identite(*, anomalie_id: int, conclusion: str, auteur: str) -> None:
    """The registered identity is right. The same other name, sent again, raises nothing any more."""
    rejouer(lambda: _clore(anomalie_id, Anomalie.Decision.GARDER, conclusion, auteur, None))


def corriger(*, anomalie_id: int, correction: Correction, conclusion: str, auteur: str) -> None:
    """The registered identity is wrong: this one is registered in its place."""
    rejouer(lambda: _clore(anomalie_id, Anomalie.Decision.CORRIGER, conclusion, auteur, correction))


def _clore(
    anomalie_id: int, decision: str, conclusion: str, auteur: str, correction: Correction | None
) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, auteur)
        vue = Anomalie.objects.filter(pk=anomalie_id, traitee_le__isnull=True).first()
        if vue is None:
            raise AnomalieClose
        # Students are locked before anomalies, in the same order as every other writer.
        Etudiant.objects.select_for_update(no_key=True).filter(pk=vue.etudiant_id).first()
        closes = Anomalie.objects.filter(
            pk=anomalie_id, etudiant=vue.etudiant_id, traitee_le__isnull=True
        ).update(
            traitee_le=timezone.now(), traitee_par=auteur, decision=decision, conclusion=conclusion.strip()
        )
        if not closes:  # closed, or moved to the student that theirs was merged into, meanwhile
            raise Depasse
        if correction is not None:
            corriger_identite(etudiant_id=vue.etudiant_id, correction=correction, auteur=auteur)
