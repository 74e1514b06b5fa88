"""Windows of maintenance: declared, amended, cancelled by administrators. The gate is `statut_etudiant.maintenance`."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from habilitations.models import Compte
from statut_etudiant import maintenance as porte
from statut_etudiant.annonces import bandeaux
from statut_etudiant.annonces.models import Maintenance


class Refus(Exception):
    """In French, for who declares."""


def ouvertes() -> QuerySet[Maintenance]:
    """Those under way or to come, the first one first."""
    return Maintenance.objects.filter(annulee_le__isnull=True, fin__gt=timezone.now()).order_by("debut")


def lire() -> list[porte.Fenetre]:
    """What the gate keeps in memory."""
    return [porte.Fenetre(une.debut, une.fin, une.motif) for une in ouvertes()]


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
    _faire_savoir()


def finir(maintenance: Maintenance, *, auteur: Compte | None) -> None:
    """What is under way ends at once, and stays in the history; what is to come will not be. `auteur`: None for who
    runs the service, by a command."""
    maintenant = timezone.now()
    if maintenance.debut <= maintenant:
        maintenance.fin = maintenant
    else:
        maintenance.annulee_le = maintenant
    if auteur is not None:
        maintenance.auteur = auteur
    maintenance.save()
    _faire_savoir()


def _faire_savoir() -> None:
    """This process knows at once; the others, in a while."""
    transaction.on_commit(porte.relire)
    transaction.on_commit(bandeaux.COPIE.relire)
