"""Opening a call: token, expiry, revocation, IP list, scopes and quota in one SQL function.

The function `habilitations_ouvrir` is made in the migrations; this module is its only caller in Python, and
`SQL_OUVERTURE` lets another statement join it (the reading API adds its search to it, in the same round trip).
"""

from typing import NamedTuple
from uuid import UUID

#: Parameters, in order: digests (bytea[]), caller's address (text or NULL), scopes of which one is needed
#: (text[] or NULL: no scope needed), default quota in calls a second (int), whether the quota counts this call.
SQL_OUVERTURE = "habilitations_ouvrir(%s::bytea[], %s::inet, %s::text[], %s::int, %s::boolean)"

INCONNU = "inconnu"
EXPIRE = "expire"
REVOQUE = "revoque"
ADRESSE = "adresse"
PERIMETRE = "perimetre"
QUOTA = "quota"
OUVERT = "ouvert"


class Ouverture(NamedTuple):
    """What the call may do, and where its quota stands. Columns of the SQL function, in its order.

    `etat` is one of the constants above; when it is `inconnu` everything else is empty. `retour` is the Unix epoch
    second at which a call leaves the window, `attente` the seconds to wait after a refusal (≥ 1, else 0).
    """

    etat: str
    jeton_id: int | None
    cle: UUID | None
    type: str | None
    scopes: list[str] | None
    uais: list[str] | None
    habilitation_id: int | None
    organisation: str | None
    siret: str | None
    limite: int | None
    restant: int | None
    retour: int | None
    attente: int | None

    @property
    def fictif(self) -> bool:
        """A sandbox token lives among the fictitious students, and only there."""
        return self.type == "t"
