"""`COPY` with Django's errors: psycopg's, raised while it goes on, would pass by all that catches Django's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def copier(curseur: Any, enonce: str) -> Iterator[Any]:
    """psycopg's copy, of a cursor of Django's connection. What the caller itself raises meanwhile is left as it is."""
    with connection.wrap_database_errors, curseur.copy(enonce) as copie:
        yield copie
