"""The opening of the calls by FranceConnect, with their search: one statement for all those that wait (`api.enonces`).

A statement of its own, on a connection of its own: the calls by token owe nothing to what these wait for.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any, NamedTuple

import orjson

from habilitations.jetons.ouverture import COLONNES, OUVERT
from referentiel.recherche import SQL_IDENTITE
from statut_etudiant.api.enonces import ENTREES, Enonce, Sortie


class EntreeFranceConnect(NamedTuple):
    """A call to open. `client_id` and `scopes`: what FranceConnect says of the access token; `empreintes`: the digests
    of the token of ours beside it, none when there is none; `criteres`: of the search, None when there is nobody to
    look for."""

    client_id: str
    scopes: Sequence[str]
    empreintes: list[bytes]
    adresse: str | None
    ouvrants: Sequence[str]
    quota: int
    criteres: Sequence[object] | None


def _recherche(sql: str) -> str:
    """The search by identity, its parameters being those of the call at hand. The sandbox is not within reach."""
    rangs = count(1)
    while "%s" in sql:
        sql = sql.replace("%s", f"appel.criteres[{next(rangs)}]", 1)
    condition = f"appel.criteres IS NOT NULL AND o.etat = '{OUVERT}'"
    return f"SELECT * FROM ({sql.format(fictif='false')}) identite WHERE {condition}"  # noqa: S608 (constants only)


_SQL: Any = f"""
SELECT appel.rang, {", ".join(f"o.{nom}" for nom in COLONNES)}, trouve.*
FROM json_to_recordset(%s::json) AS appel(
    rang int, client_id text, scopes text[], empreintes bytea[], adresse inet, ouvrants text[], quota int,
    criteres text[])
CROSS JOIN LATERAL habilitations_ouvrir_franceconnect(
    appel.client_id, appel.scopes, appel.empreintes, appel.adresse, appel.ouvrants, appel.quota) o
LEFT JOIN LATERAL ({_recherche(SQL_IDENTITE)}) trouve ON true
"""  # noqa: S608 (constants only)


def _ecrire(entrees: Sequence[EntreeFranceConnect]) -> str:
    # Each call locks its service's quota: in one order everywhere, so that two processes never wait for each other.
    rangs = sorted(range(len(entrees)), key=lambda rang: entrees[rang].client_id)
    objets = []
    for rang in rangs:
        objet = {"rang": rang, **entrees[rang]._asdict()}
        objet["empreintes"] = [rf"\x{empreinte.hex()}" for empreinte in entrees[rang].empreintes]
        objets.append(objet)
    return orjson.dumps(objets).decode()


ENTREES_FRANCECONNECT: Enonce[EntreeFranceConnect, Sortie] = Enonce(
    _SQL, _ecrire, ENTREES.repartir, rejouable=True
)
