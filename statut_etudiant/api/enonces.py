"""The two statements of a reading call, each for all the calls that wait at the same moment.

`ENTREES` opens the calls (token, address, scopes, quota) and runs their searches; `ECHANGES` writes what they leave in
the journal. Both take one array of JSON, an object a call. Talking to PostgreSQL is for `moyens` and `guichets`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import count
from typing import Any, Generic, LiteralString, NamedTuple, TypeVar

import orjson

from habilitations.jetons.ouverture import COLONNES, OUVERT, SQL_OUVERTURE, Ouverture
from referentiel.dossiers import Trouve
from referentiel.journal.echanges import SQL_ECHANGES
from referentiel.recherche import SQL_IDENTITE, SQL_INE, assembler

A = TypeVar("A")
R = TypeVar("R")


class Enonce(NamedTuple, Generic[A, R]):
    """A statement that serves several calls at once."""

    sql: LiteralString
    #: From the calls to the statement's one parameter.
    ecrire: Callable[[Sequence[A]], str]
    #: From the statement's rows, and the number of calls, to what each of them gets.
    repartir: Callable[[list[tuple[Any, ...]], int], list[R]]
    #: Whether it may be run again when the connection died before its answer.
    rejouable: bool


class Entree(NamedTuple):
    """A call to open, with its search if it has one.

    `ouvrants`: scopes of which one is needed, None when none is. `compter`: whether the quota counts it.
    `voie`: `ine` or `identite`, None for no search; `criteres`: what that search asks (`referentiel.recherche`).
    """

    empreintes: list[bytes]
    adresse: str | None
    ouvrants: Sequence[str] | None
    quota: int
    voie: str | None = None
    criteres: Sequence[object] = ()
    compter: bool = True


class Sortie(NamedTuple):
    ouverture: Ouverture
    trouves: list[Trouve]


# --- opening and searching


def avec(sql: str, valeurs: Iterable[str]) -> str:
    """A fragment whose parameters are expressions, in their order."""
    suite = iter(valeurs)
    return re.sub("%s", lambda _: next(suite), sql)


def recherche(
    voie: str, sql: str, *, fictif: str = "(o.type = 't')", condition: str = f"o.etat = '{OUVERT}'"
) -> str:
    """A search of `referentiel.recherche`, its parameters being those of the call at hand.

    A sandbox token sees the fictitious students and only them; a call that is not open looks for nobody. `appel`: the
    call; `o`: its opening.
    """
    fragment = avec(sql, (f"appel.criteres[{rang}]" for rang in count(1))).format(fictif=fictif)
    return f"SELECT * FROM ({fragment}) {voie} WHERE appel.voie = '{voie}' AND {condition}"  # noqa: S608 (constants only)


#: Both ways, of which a call takes one at most.
RECHERCHES = f"{recherche('ine', SQL_INE)} UNION ALL {recherche('identite', SQL_IDENTITE)}"

_OUVRIR = avec(
    SQL_OUVERTURE, ("appel.empreintes", "appel.adresse", "appel.ouvrants", "appel.quota", "appel.compter")
)
_SQL_ENTREES: Any = f"""
SELECT appel.rang, {", ".join(f"o.{nom}" for nom in COLONNES)}, trouve.*
FROM json_to_recordset(%s::json) AS appel(
    rang int, empreintes bytea[], adresse inet, ouvrants text[], quota int, voie text, criteres text[],
    compter boolean)
CROSS JOIN LATERAL {_OUVRIR} o
LEFT JOIN LATERAL ({RECHERCHES}) trouve ON true
"""  # noqa: S608 (constants only)
_OUVERTURE = 1 + len(COLONNES)


def _ecrire_entrees(entrees: Sequence[Entree]) -> str:
    # Each call locks its token's quota: in one order everywhere, so that two processes never wait for each other.
    rangs = sorted(range(len(entrees)), key=lambda rang: entrees[rang].empreintes)
    return orjson.dumps([_objet(rang, entrees[rang]) for rang in rangs]).decode()


def _objet(rang: int, entree: Entree) -> dict[str, Any]:
    return {
        "rang": rang,
        "empreintes": [rf"\x{empreinte.hex()}" for empreinte in entree.empreintes],
        "adresse": entree.adresse,
        "ouvrants": entree.ouvrants,
        "quota": entree.quota,
        "voie": entree.voie,
        "criteres": entree.criteres,
        "compter": entree.compter,
    }


def repartir(lignes: list[tuple[Any, ...]], nombre: int, *, fin: int = _OUVERTURE) -> list[Sortie]:
    """Rows of: rank of the call, its opening up to the column `fin`, then what was found."""
    par_rang: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for ligne in lignes:
        par_rang[ligne[0]].append(ligne)
    return [_sortie(par_rang[rang], fin) for rang in range(nombre)]


def _sortie(lignes: list[tuple[Any, ...]], fin: int) -> Sortie:
    premiere = lignes[0]
    ouverture = Ouverture(*premiere[1:fin])
    if premiere[fin] is None:
        return Sortie(ouverture, [])
    return Sortie(ouverture, assembler(ligne[fin:] for ligne in lignes))


ENTREES: Enonce[Entree, Sortie] = Enonce(_SQL_ENTREES, _ecrire_entrees, repartir, rejouable=True)


# --- searching alone, on a replica: who may was said by the primary


class Recherche(NamedTuple):
    """What a call that is open looks for."""

    voie: str
    criteres: Sequence[object]
    fictif: bool


_SEULE = partial(recherche, fictif="appel.fictif", condition="true")
_SQL_RECHERCHES: Any = f"""
SELECT appel.rang, trouve.*
FROM json_to_recordset(%s::json) AS appel(rang int, voie text, criteres text[], fictif boolean)
CROSS JOIN LATERAL ({_SEULE("ine", SQL_INE)} UNION ALL {_SEULE("identite", SQL_IDENTITE)}) trouve
"""  # noqa: S608 (constants only)


def _ecrire_recherches(recherches: Sequence[Recherche]) -> str:
    return orjson.dumps(
        [{"rang": rang, **recherche._asdict()} for rang, recherche in enumerate(recherches)]
    ).decode()


def _repartir_recherches(lignes: list[tuple[Any, ...]], nombre: int) -> list[list[Trouve]]:
    par_rang: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for ligne in lignes:
        par_rang[ligne[0]].append(ligne[1:])
    return [assembler(par_rang[rang]) for rang in range(nombre)]


RECHERCHES_SEULES: Enonce[Recherche, list[Trouve]] = Enonce(
    _SQL_RECHERCHES, _ecrire_recherches, _repartir_recherches, rejouable=True
)


# --- the journal

Echange = dict[str, Any]
"""A row: the columns of `referentiel.journal.echanges.COLONNES_D_APPEL`."""


def _ecrire_echanges(echanges: Sequence[Echange]) -> str:
    return orjson.dumps(echanges).decode()


def _rien(lignes: list[tuple[Any, ...]], nombre: int) -> list[None]:
    return [None] * nombre


# Not again once it may have been committed: the row of an answer is written once.
ECHANGES: Enonce[Echange, None] = Enonce(SQL_ECHANGES, _ecrire_echanges, _rien, rejouable=False)
