"""The opening of the calls by editors' tokens, with their search: one statement for all that wait (`api.enonces`).

A statement of its own, on a connection of its own: which quota a call locks is only known once its delegation is
chosen, and the calls by other tokens owe nothing to that.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from habilitations.jetons.ouverture import (
    COLONNES,
    COLONNES_D_EDITEUR,
    SQL_COMPTAGE_DE_DELEGATION,
    SQL_DELEGATION,
)
from referentiel.recherche import SQL_IDENTITE, SQL_INE
from statut_etudiant.api.enonces import Enonce, Sortie, avec, recherche, repartir


class EntreeDeleguee(NamedTuple):
    """A call to open. `destinataire`: the SIRET called for, None when it is not said; `delegation`: the one named;
    `choisir`: whether one of them is to be found at all. The rest is that of `enonces.Entree`."""

    empreintes: list[bytes]
    adresse: str | None
    ouvrants: Sequence[str] | None
    quota: int
    destinataire: str | None
    delegation: UUID | None
    choisir: bool = True
    voie: str | None = None
    criteres: Sequence[object] = ()
    compter: bool = True


#: What the counting says of an opening; the choice of the delegation says the rest.
_COMPTEES = {"etat", "restant", "retour", "attente"}
_COLONNES = ", ".join(
    f"{'o' if nom in _COMPTEES else 'appel'}.{nom}" for nom in (*COLONNES, *COLONNES_D_EDITEUR)
)
_DELEGUER = avec(
    SQL_DELEGATION,
    [
        f"recu.{nom}"
        for nom in ("empreintes", "adresse", "ouvrants", "quota", "choisir", "destinataire", "delegation")
    ],
)
_COMPTER = avec(
    SQL_COMPTAGE_DE_DELEGATION, ["appel.etat", "appel.habilitation_id", "appel.limite", "appel.compter"]
)

# Each call locks the quota of its habilitation: in one order everywhere, so that two processes never wait for each
# other. The order is that of the inner rows, which PostgreSQL sorts before it counts the first of them.
_SQL: Any = f"""
SELECT appel.rang, {_COLONNES}, trouve.*
FROM (
    SELECT recu.rang, recu.voie, recu.criteres, recu.compter, choix.*
    FROM json_to_recordset(%s::json) AS recu(
        rang int, empreintes bytea[], adresse inet, ouvrants text[], quota int, destinataire text, delegation uuid,
        choisir boolean, voie text, criteres text[], compter boolean)
    CROSS JOIN LATERAL {_DELEGUER} choix
    ORDER BY choix.habilitation_id, recu.rang
    OFFSET 0
) appel
CROSS JOIN LATERAL {_COMPTER} o
LEFT JOIN LATERAL (
    {recherche("ine", SQL_INE, fictif="false")} UNION ALL {recherche("identite", SQL_IDENTITE, fictif="false")}
) trouve ON true
"""  # noqa: S608 (constants only)


def _ecrire(entrees: Sequence[EntreeDeleguee]) -> str:
    objets = []
    for rang, entree in enumerate(entrees):
        objet = {"rang": rang, **entree._asdict()}
        objet["empreintes"] = [rf"\x{empreinte.hex()}" for empreinte in entree.empreintes]
        objets.append(objet)
    return orjson.dumps(objets).decode()


ENTREES_DELEGUEES: Enonce[EntreeDeleguee, Sortie] = Enonce(
    _SQL,
    _ecrire,
    partial(repartir, fin=1 + len(COLONNES) + len(COLONNES_D_EDITEUR)),
    rejouable=True,
)
