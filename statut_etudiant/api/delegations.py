"""A delegation as the API tells it to the editor that holds it."""

from typing import Any

from habilitations.models import Delegation


def decrire(delegation: Delegation) -> dict[str, Any]:
    habilitation = delegation.habilitation
    return {
        "id": str(delegation.cle),
        "siret": habilitation.organisation.siret,
        "organisation": habilitation.organisation.nom,
        "habilitation": habilitation.numero,
        "scopes": habilitation.scopes,
        "depuis": delegation.donnee_le.isoformat(timespec="seconds"),
    }
