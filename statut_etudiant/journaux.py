"""Technical logs: one JSON object a line, with the request's identifier. Kept 12 months at most.

Nothing personal is ever given to a logger: no INE, name, birth date or token, no query string, no body. Exceptions
are logged by type and place, without the values that their message may carry.
"""

import logging
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson

#: Identifier of the request being served, for every log line and every answer's `X-Request-ID`.
requete_courante: ContextVar[str] = ContextVar("requete_courante", default="-")
#: The one that the caller sent, when they sent one that can be kept.
requete_de_l_appelant: ContextVar[str] = ContextVar("requete_de_l_appelant", default="")
#: Identifier of the task being done; the request is then the one that caused it, as far as one did.
tache_courante: ContextVar[str] = ContextVar("tache_courante", default="")


# Threads and processes are in no line of ours: a third of the price of a record.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


class AvecRequete(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.requete = requete_courante.get()
        record.requete_de_l_appelant = requete_de_l_appelant.get()
        record.tache = tache_courante.get()
        return True


class FormatJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        ligne: dict[str, object] = {
            "instant": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "origine": record.name,
            "requete": getattr(record, "requete", "-"),
            "message": _message(record),
        }
        for nom in ("requete_de_l_appelant", "tache"):
            if valeur := getattr(record, nom, ""):
                ligne[nom] = valeur
        if extra := getattr(record, "faits", None):
            ligne |= extra
        if record.exc_info and record.exc_info[0] is not None:
            ligne["exception"] = record.exc_info[0].__name__
            # Frames only: an exception's message may quote the data at fault (a unique key, a parameter).
            ligne["pile"] = [
                f"{cadre.filename}:{cadre.lineno} {cadre.name}"
                for cadre in traceback.extract_tb(record.exc_info[2])
            ]
            ligne |= _faits_de_la_base(record.exc_info[1])
        return orjson.dumps(ligne, default=str).decode()


def _faits_de_la_base(erreur: BaseException | None) -> dict[str, object]:
    """What PostgreSQL says of its refusal without quoting a value: SQLSTATE, and the names of what refused.

    Django wraps the driver's exception; `diag` is psycopg's.
    """
    vues: set[int] = set()
    while erreur is not None and id(erreur) not in vues:
        vues.add(id(erreur))
        etat = getattr(erreur, "sqlstate", None)
        if etat:
            diag = getattr(erreur, "diag", None)
            noms = {
                "contrainte": getattr(diag, "constraint_name", None),
                "table": getattr(diag, "table_name", None),
                "colonne": getattr(diag, "column_name", None),
            }
            return {"sqlstate": etat, **{nom: valeur for nom, valeur in noms.items() if valeur}}
        erreur = erreur.__cause__ or erreur.__context__
    return {}


def _message(record: logging.LogRecord) -> str:
    """The message without exception texts and arguments, which Celery would include."""
    if not (isinstance(record.args, Mapping) and "exc" in record.args):
        return record.getMessage()
    classe = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "erreur"
    muets = {"exc": classe, "traceback": "", "args": "…", "kwargs": "…"}
    return str(record.msg) % {**record.args, **muets}
