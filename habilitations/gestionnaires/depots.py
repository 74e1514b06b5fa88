"""What the person who deposited a file is told when its work ends: they may have closed the page long before."""

from habilitations.courriels.boite import ecrire
from habilitations.models import Compte
from referentiel.models import Lot


def depot_termine(lot: Lot) -> None:
    """Write the mail to the outbox, in the caller's transaction. It names nobody: counts, and where to read
    the rest."""
    compte = Compte.objects.filter(pk=lot.compte_id or 0, is_active=True).first()
    if compte is None:
        return
    ecrire(
        genre="depot_termine",
        destinataire=compte.courriel,
        cle=f"depot_termine:{lot.pk}:{lot.etat}:{lot.demande_le:%Y%m%d%H%M%S}",
        contexte={"lot": lot, "valides": lot.creees + lot.modifiees + lot.inchangees},
    )
