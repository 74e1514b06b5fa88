"""An event as it is told, by webhook or by the REST API: the same object."""

from typing import Any

from habilitations.models import Fait


def decrire(fait: Fait) -> dict[str, Any]:
    return {
        "id": str(fait.cle),
        "type": fait.type,
        "instant": fait.instant.isoformat(timespec="milliseconds"),
        "organisation": {"siret": fait.organisation.siret},
        "donnees": fait.details,
    }
