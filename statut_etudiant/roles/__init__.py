"""Who may do what in PostgreSQL: the owner migrates, the application writes rows and rewrites no journal.

`creer.sql` makes the two roles, once; `accorder.sql` says their rights after each migration (ADR 0019).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

DOSSIER = Path(__file__).parent
CREER = (DOSSIER / "creer.sql").read_text()
ACCORDER = (DOSSIER / "accorder.sql").read_text()

_DEFAUTS = """
SELECT r.rolsuper, r.rolcreaterole, r.rolbypassrls OR r.rolreplication,
    pg_get_userbyid(d.datdba) = current_user OR pg_has_role(d.datdba, 'MEMBER'),
    (SELECT count(*) FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'MEMBER')),
    has_schema_privilege('public', 'CREATE')
FROM pg_roles r, pg_database d
WHERE r.rolname = current_user AND d.datname = current_database()
"""


def accorder() -> None:
    """Give the application's role its rights, as the owner of the tables."""
    with connection.cursor() as curseur:
        curseur.execute(ACCORDER)


@contextmanager
def en_proprietaire() -> Iterator[None]:
    """Connect as the owner meanwhile, where DATABASE_URL_PROPRIETAIRE says how."""
    proprietaire: dict[str, Any] | None = settings.DATABASE_PROPRIETAIRE
    if proprietaire is None:
        yield
        return
    dit = connection.settings_dict
    avant = {cle: dit[cle] for cle in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    options = avant["OPTIONS"] | proprietaire.get("OPTIONS", {})
    _reconnecter(dit, {cle: proprietaire.get(cle, "") for cle in avant} | {"OPTIONS": options})
    try:
        yield
    finally:
        _reconnecter(dit, avant)


def _reconnecter(dit: dict[str, Any], comme: dict[str, Any]) -> None:
    connection.close()
    dit.update(comme)


def defauts() -> list[str]:
    """What the connected role may do and an application must not. Raises DatabaseError."""
    with connection.cursor() as curseur:
        curseur.execute(_DEFAUTS)
        superutilisateur, cree_des_roles, passe_outre, base, tables, schema = curseur.fetchone()
    trouves = {
        "est superutilisateur": superutilisateur,
        "peut créer des rôles": cree_des_roles,
        "peut passer outre les règles de lignes ou répliquer": passe_outre,
        "possède la base de données, ou est membre du rôle qui la possède": base,
        f"possède {tables} tables, ou est membre du rôle qui les possède": tables,
        "peut créer des objets dans le schéma public": schema,
    }
    return [defaut for defaut, present in trouves.items() if present]


def exiger() -> None:
    """At the start of a web server or a worker in production: refuse a role that could rewrite the journals.

    A database that is away says nothing: `/sante/pret` asks again. Raises ImproperlyConfigured.
    """
    try:
        trouves = defauts()
    except DatabaseError:
        return
    finally:
        connection.close()
    if trouves:
        raise ImproperlyConfigured(refus(trouves))


def refus(trouves: list[str]) -> str:
    return (
        f"DATABASE_URL : ce rôle {' ; il '.join(trouves)}. Les processus web et worker se connectent avec"
        " statut_etudiant_application (docs/exploitation/installer.md, « Roles of PostgreSQL »)."
    )
