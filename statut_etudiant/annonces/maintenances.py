"""Windows of maintenance: declared, amended and cancelled by administrators, known by every process."""

from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from habilitations.models import Compte
from statut_etudiant.annonces.copie import Copie
from statut_etudiant.annonces.models import Maintenance

#: Seconds before every process knows what was declared.
DELAI = 15


class Fenetre(NamedTuple):
    pk: int
    debut: datetime
    fin: datetime
    motif: str
    modifiee_le: datetime


class Refus(Exception):
    """In French, for who declares."""


def _lire() -> tuple[Fenetre, ...]:
    trouvees = Maintenance.objects.filter(annulee_le__isnull=True, fin__gt=timezone.now()).order_by("debut")
    return tuple(Fenetre(une.pk, une.debut, une.fin, une.motif, une.modifiee_le) for une in trouvees)


COPIE: Copie[tuple[Fenetre, ...]] = Copie(_lire, vide=(), secondes=DELAI)


def fenetres() -> tuple[Fenetre, ...]:
    """Those under way or to come, the first one first."""
    maintenant = timezone.now()
    return tuple(une for une in COPIE.valeur() if une.fin > maintenant)


def en_cours() -> Fenetre | None:
    maintenant = timezone.now()
    return next((une for une in COPIE.valeur() if une.debut <= maintenant < une.fin), None)


def declarer(maintenance: Maintenance, *, auteur: Compte) -> None:
    """Declare it, or amend it while it is not over. Raises Refus."""
    if maintenance.fin <= timezone.now():
        raise Refus("Cette maintenance serait déjà finie.")
    maintenance.auteur = auteur
    try:
        with transaction.atomic():
            maintenance.save()
    except IntegrityError as erreur:
        if "maintenances_distinctes" not in str(erreur):
            raise
        raise Refus("Une autre maintenance est déjà déclarée sur cette période.") from None
    transaction.on_commit(COPIE.relire)


def annuler(maintenance: Maintenance, *, auteur: Compte) -> None:
    """What is under way ends at once, and stays in the history; what is to come will not be."""
    maintenant = timezone.now()
    if maintenance.debut <= maintenant:
        maintenance.fin = maintenant
    else:
        maintenance.annulee_le = maintenant
    maintenance.auteur = auteur
    maintenance.save()
    transaction.on_commit(COPIE.relire)
