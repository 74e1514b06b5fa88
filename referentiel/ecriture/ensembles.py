"""Acts on many inscriptions at once, each in one transaction: confirming admissions, withdrawing.

The caller gives the inscriptions as a queryset already cut to what the person may see. Rows are taken in the order of
every writer (`referentiel.ecriture.fusion`), then written by one statement; the history's triggers keep each change.
"""

from typing import Any, LiteralString

from django.db import connection, transaction
from django.db.models import QuerySet

from referentiel.ecriture.auteur import signer
from referentiel.ecriture.conflits import rejouer
from referentiel.models import Inscription
from referentiel.models.inscription import CLE_DIPLOME
from referentiel.nomenclatures import Statut

_CONFIRMER: LiteralString = """
UPDATE referentiel_inscription SET statut = 'inscrit', modifie_le = now(), confirmee_le = now()
WHERE id = ANY(%s) AND statut = 'admis'
"""
_RETIRER: LiteralString = "DELETE FROM referentiel_inscription WHERE id = ANY(%s)"


def confirmer(inscriptions: QuerySet[Inscription], *, auteur: str) -> int:
    """Those that are admissions become enrolments; the others stay as they are. How many changed."""
    return _ecrire(_CONFIRMER, inscriptions.filter(statut=Statut.ADMIS), auteur=auteur)


def retirer_ensemble(inscriptions: QuerySet[Inscription], *, auteur: str) -> int:
    """The rows go, the history keeps them. How many went."""
    return _ecrire(_RETIRER, inscriptions, auteur=auteur)


def _ecrire(requete: LiteralString, inscriptions: QuerySet[Inscription], *, auteur: str) -> int:
    def acte() -> int:
        with transaction.atomic(), connection.cursor() as curseur:
            signer(curseur, auteur)
            curseur.execute(requete, [_tenir(inscriptions)])
            ecrites: int = curseur.rowcount
        return ecrites

    return rejouer(acte)


def _tenir(inscriptions: QuerySet[Any]) -> list[int]:
    ordonnees = inscriptions.select_related(None).order_by(
        "etudiant_id", "etablissement_id", "date_debut", CLE_DIPLOME
    )
    return list(ordonnees.select_for_update(of=("self",)).values_list("pk", flat=True))
