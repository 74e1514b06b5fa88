"""Opening a verification: the agent, the habilitation, its scopes and its quota, then the search, in one statement.

The SQL function `guichet_ouvrir` has the columns of `habilitations_ouvrir`, and its states, of which two differ:
`inconnu` is somebody who is not an agent any more, `expire` a designation that is over.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from django.conf import settings

from habilitations.jetons.ouverture import COLONNES
from referentiel.enonces_prepares import executer
from statut_etudiant.api.enonces import ENTREES, RECHERCHES, Sortie
from statut_etudiant.api.perimetre import Porte, ouvrants


class Entree(NamedTuple):
    """`agent`: the designation's number. `en_liste`: for a line of a file, which has a quota of its own.
    `voie` None: nobody is looked for."""

    agent: int
    compte: int
    en_liste: bool = False
    voie: str | None = None
    criteres: tuple[object, ...] = ()


_SQL: Any = f"""
SELECT appel.rang, {", ".join(f"o.{nom}" for nom in COLONNES)}, trouve.*
FROM json_to_recordset(%s::json) AS appel(
    rang int, agent bigint, compte bigint, en_liste boolean, ouvrants text[], quota int, voie text, criteres text[],
    compter boolean)
CROSS JOIN LATERAL guichet_ouvrir(
    appel.agent, appel.compte, appel.en_liste, appel.ouvrants, appel.quota, appel.compter) o
LEFT JOIN LATERAL ({RECHERCHES}) trouve ON true
"""  # noqa: S608 (constants only)


def ouvrir(entrees: Sequence[Entree]) -> list[Sortie]:
    """Each counted by the quota when somebody is looked for; those that it refuses are the last ones."""
    appels = [
        {
            "rang": rang,
            **entree._asdict(),
            "ouvrants": sorted(ouvrants(Porte.V3)),
            "quota": settings.GUICHET_LIGNES_PAR_SECONDE if entree.en_liste else settings.QUOTA_PAR_SECONDE,
            "compter": entree.voie is not None,
        }
        for rang, entree in enumerate(entrees)
    ]
    return ENTREES.repartir(executer(_SQL, [orjson.dumps(appels).decode()]), len(appels))
