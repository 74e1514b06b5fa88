"""Whom to tell that something of an organisation's software no longer works."""

from habilitations.models import Compte


def a_prevenir(*, organisation_id: int, auteur_id: int) -> list[str]:
    """Who made it, as long as they belong to the organisation; otherwise everybody who verifiably does."""
    membres = Compte.objects.filter(
        is_active=True,
        rattachements__organisation=organisation_id,
        rattachements__verifie=True,
    )
    auteur = membres.filter(pk=auteur_id)
    return sorted((auteur if auteur.exists() else membres).values_list("courriel", flat=True))
