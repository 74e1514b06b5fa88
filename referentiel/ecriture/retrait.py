"""Withdrawing an inscription sent by mistake: the row goes, the history keeps it."""

from collections.abc import Collection

from django.db import connection, transaction

from referentiel.ecriture.auteur import signer
from referentiel.models import Inscription


def retirer(*, inscription_id: int, uais: Collection[str], fictif: bool, auteur: str) -> bool:
    """Withdraw an inscription of one of these establishments. False when there is none such."""
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, auteur)
        retirees, _ = Inscription.objects.filter(
            pk=inscription_id, etablissement__uai__in=uais, fictif=fictif
        ).delete()
    return retirees == 1
