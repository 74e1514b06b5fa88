"""The tests run as the application's role; what only the owner of the tables may do is done through here.

The connection signs in as the owner and takes the application's place from its first statement: a test can thus go
back to the owner inside its own transaction, which no other connection would see.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, connection

from statut_etudiant.embarque.chemins import APPLICATION


@contextmanager
def en_proprietaire() -> Iterator[Any]:
    """A cursor of the owner, in the present transaction."""
    with connection.cursor() as curseur:
        curseur.execute("SET ROLE NONE")
        try:
            yield curseur
        finally:
            # After an error, the rollback puts the role back.
            with suppress(DatabaseError):
                curseur.execute(f"SET ROLE {_role()}")


def executer_en_proprietaire(sql: str, parametres: Any = ()) -> None:
    with en_proprietaire() as curseur:
        curseur.execute(sql, parametres)


def devenir_l_application(curseur: Any) -> None:
    """From now on, and for every connection of this process: the application. Nothing, where the server of
    DATABASE_URL has no such role or does not let this one take it."""
    curseur.execute(
        "SELECT 1 FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, 'MEMBER') AND rolname <> current_user",
        [APPLICATION],
    )
    if curseur.fetchone():
        options = connection.settings_dict["OPTIONS"]
        connection.settings_dict["OPTIONS"] = options | {"options": f"-c role={APPLICATION}"}
        connection.close()


def _role() -> str:
    return APPLICATION if "options" in connection.settings_dict["OPTIONS"] else "NONE"
