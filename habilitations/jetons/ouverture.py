"""Opening a call: token, expiry, revocation, IP list, scopes and quota in one SQL function.

The function `habilitations_ouvrir` is made in the migrations; this module is its only caller in Python, and
`SQL_OUVERTURE` lets another statement join it (the reading API adds its search to it, in the same round trip).
"""

from typing import Any, NamedTuple
from uuid import UUID

#: Parameters, in order: digests (bytea[]), caller's address (text or NULL), scopes of which one is needed
#: (text[] or NULL: no scope needed), default quota in calls a second (int), whether the quota counts this call.
SQL_OUVERTURE = "habilitations_ouvrir(%s::bytea[], %s::inet, %s::text[], %s::int, %s::boolean)"

#: The two steps of a call by an editor's token: choosing the delegation, then counting. Apart, so that the calls of one
#: statement are counted in the order of their habilitations.
#: Parameters of the first: digests, caller's address, scopes of which one is needed, default quota, whether to choose a
#: delegation, SIRET called for, delegation named. Of the second: state, habilitation, limit, whether to count.
SQL_DELEGATION = (
    "habilitations_deleguer(%s::bytea[], %s::inet, %s::text[], %s::int, %s::boolean, %s::text, %s::uuid)"
)
SQL_COMPTAGE_DE_DELEGATION = "habilitations_compter_delegation(%s::text, %s::bigint, %s::int, %s::boolean)"

INCONNU = "inconnu"
EXPIRE = "expire"
REVOQUE = "revoque"
ADRESSE = "adresse"
PERIMETRE = "perimetre"
QUOTA = "quota"
OUVERT = "ouvert"
#: An editor's token: nobody of this SIRET delegates to it; several do, and none is named.
SANS_DELEGATION = "sans_delegation"
DELEGATION_A_CHOISIR = "delegation_a_choisir"


class Ouverture(NamedTuple):
    """What the call may do, and where its quota stands. Columns of the SQL function, in its order.

    `etat` is one of the constants above; when it is `inconnu` everything else is empty. `retour` is the Unix epoch
    second at which a call leaves the window, `attente` the seconds to wait after a refusal (≥ 1, else 0).

    The last three are those of an editor's token: what it calls with is then the delegated habilitation, whose
    organisation this is.
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
    delegation_id: int | None = None
    editeur: str = ""
    editeur_siret: str = ""

    @property
    def fictif(self) -> bool:
        """A sandbox token lives among the fictitious students, and only there."""
        return self.type == "t"


#: Those that every opening gives.
COLONNES = Ouverture._fields[:-3]
#: Those that only an editor's token gives.
COLONNES_D_EDITEUR = Ouverture._fields[-3:]


def sans_rien(etat: str) -> Ouverture:
    """An opening of which nothing more is known."""
    inconnues: list[Any] = [None] * (len(COLONNES) - 1)
    return Ouverture(etat, *inconnues)
