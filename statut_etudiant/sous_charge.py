"""How the structure changes while people work: a migration gives way, and is tried again.

A statement that asks for a table's strongest lock waits behind the longest transaction, and all who come after wait
behind it. So it waits `verrou` seconds, no more: then it lets them pass, and the migration starts again later. What it
then does under that lock is bounded too (`instruction`).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from psycopg import errors, sql
from psycopg.pq import TransactionStatus

#: Less than the reading doors wait for PostgreSQL, and than a person waits for a page.
VERROU_SECONDES = 2.0
INSTRUCTION_SECONDES = 60.0
ESSAIS = 10
PAUSE_MAXIMALE = 30.0

#: What disturbs nobody may take its time: these let readers and writers work, and wait for old transactions to end.
_PAISIBLE = re.compile(
    r"\s*(?:(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+|RE)INDEX\s+(?:\w+\s+)?CONCURRENTLY\b"
    r"|ALTER\s+TABLE\s+\S+\s+VALIDATE\s+CONSTRAINT\b|VACUUM\b|ANALYZE\b)",
    re.IGNORECASE,
)
_INDEX = re.compile(
    r'\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?("[^"]+"|\w+)', re.IGNORECASE
)
#: One migration at a time in a database: any number that nobody else takes.
_TOUR = 7_313_201_901


@dataclass(frozen=True)
class Bornes:
    """Seconds; 0: as long as it takes."""

    verrou: float = VERROU_SECONDES
    instruction: float = INSTRUCTION_SECONDES


class MigrationEnCours(Exception):
    """Another process migrates this database."""


@contextmanager
def bornes(voulues: Bornes, alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Bound what the statements of this connection wait for and last. Raises MigrationEnCours."""
    connexion = connections[alias]

    def executer(suite: Callable[..., Any], enonce: Any, *reste: Any) -> Any:
        texte = enonce if isinstance(enonce, str) else ""
        if not _PAISIBLE.match(texte):
            return suite(enonce, *reste)
        if index := _INDEX.match(texte):
            _retirer_l_inacheve(connexion, index[1])
        _regler(connexion, Bornes(0, 0))
        try:
            return suite(enonce, *reste)
        finally:
            # In a transaction that failed, its rollback puts back what was.
            if _obeit(connexion):
                _regler(connexion, voulues)

    with connexion.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_lock(%s)", [_TOUR])
        if not curseur.fetchone()[0]:
            raise MigrationEnCours
    try:
        _regler(connexion, voulues)
        with connexion.execute_wrapper(executer):
            yield
    finally:
        if _obeit(connexion):
            _regler(connexion, Bornes(0, 0))
            with connexion.cursor() as curseur:
                curseur.execute("SELECT pg_advisory_unlock(%s)", [_TOUR])


def _obeit(connexion: Any) -> bool:
    psy = connexion.connection
    return psy is not None and psy.info.transaction_status in {
        TransactionStatus.IDLE,
        TransactionStatus.INTRANS,
    }


def _regler(connexion: Any, voulues: Bornes) -> None:
    # Beside the wrapper, which would come back here.
    with connexion.connection.cursor() as curseur:
        for nom, secondes in (("lock_timeout", voulues.verrou), ("statement_timeout", voulues.instruction)):
            curseur.execute("SELECT set_config(%s, %s, false)", [nom, f"{secondes * 1000:.0f}ms"])


def _retirer_l_inacheve(connexion: Any, nom: str) -> None:
    """An index whose building was interrupted is there, useless, and bars the way to the next try."""
    nom = nom.strip('"')
    with connexion.connection.cursor() as curseur:
        curseur.execute(
            "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(quote_ident(%s)) AND NOT indisvalid", [nom]
        )
        if curseur.fetchone():
            curseur.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(nom)))


def reessayer(
    migrer: Callable[[], object],
    *,
    essais: int,
    dire: Callable[[str], None],
    attendre: Callable[[float], None],
) -> None:
    """Do it again while others hold what it needs. Whatever it had begun was undone.

    Raises django.db.OperationalError: the last refusal of a lock, or any other error.
    """
    for essai in range(1, essais + 1):
        try:
            migrer()
            return
        except OperationalError as erreur:
            if not isinstance(erreur.__cause__, errors.LockNotAvailable) or essai == essais:
                raise
        pause = min(2.0 ** (essai - 1), PAUSE_MAXIMALE)
        dire(
            "Un verrou est tenu par d'autres, qui passent d'abord : "
            f"nouvel essai dans {pause:.0f} s ({essai + 1} sur {essais})."
        )
        attendre(pause)


def trop_longue(erreur: OperationalError) -> bool:
    """Whether a statement was stopped because it held its locks for too long."""
    return isinstance(erreur.__cause__, errors.QueryCanceled)


def transactions_ouvertes(alias: str = DEFAULT_DB_ALIAS) -> str:
    """Who may bar the way: never what they asked, which may name people.

    By their locks, which every role may see; since when, only those of the same role or of `pg_read_all_stats`.
    """
    with connections[alias].cursor() as curseur:
        curseur.execute(
            "SELECT pid, usename, application_name, extract(epoch FROM now() - xact_start)::int"
            " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid IN"
            " (SELECT pid FROM pg_locks WHERE locktype = 'relation' AND granted)"
            " ORDER BY xact_start, pid LIMIT 5"
        )
        trouvees = curseur.fetchall()
    if not trouvees:
        return "plus aucune autre transaction n'est ouverte"
    return "transactions ouvertes : " + " ; ".join(
        f"processus {pid} ({role}, « {application} »{'' if age is None else f', {age} s'})"
        for pid, role, application, age in trouvees
    )
