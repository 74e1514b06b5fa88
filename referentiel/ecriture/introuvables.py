"""Students who are not found tell that nobody bears such an INE with such a birth date: so many in a day, no more.

Counted by sender and by day (in Paris), dry runs included, as tries of birth dates are (`naissances`). At the limit
(`INTROUVABLES_PAR_JOUR`) nothing more is compared until the next day, and the ministry is told (`Alerte`).
"""

from collections.abc import Sequence
from typing import Any, LiteralString

from django.conf import settings
from django.db import connection

from referentiel.models import Alerte

CODE = "trop_d_introuvables"

#: In SQL: sessions of PostgreSQL count in UTC, people do not.
AUJOURDHUI: LiteralString = "(now() AT TIME ZONE 'Europe/Paris')::date"

_COMPTER: LiteralString = f"""
INSERT INTO referentiel_introuvables AS i (sujet, jour, nombre)
SELECT sujet, {AUJOURDHUI}, %(nombre)s FROM unnest(%(sujets)s::text[]) AS sujet ORDER BY 1
ON CONFLICT (sujet, jour) DO UPDATE SET nombre = i.nombre + excluded.nombre
RETURNING sujet, nombre
"""  # noqa: S608 (constants only)


class TropDIntrouvables(Exception):
    """These senders have asked for too many students that nobody is. `encore`: not counted yet, by what was undone."""

    def __init__(self, sujets: Sequence[str], encore: int) -> None:
        self.sujets = sujets
        self.encore = encore


def exiger(curseur: Any, sujets: Sequence[str], *, encore: int = 0) -> None:
    """Raises TropDIntrouvables when one of these senders has reached today's limit, or would pass it with `encore`."""
    curseur.execute(
        f"SELECT coalesce(max(nombre), 0) FROM referentiel_introuvables WHERE jour = {AUJOURDHUI} "  # noqa: S608
        "AND sujet = ANY (%(sujets)s::text[])",
        {"sujets": list(sujets)},
    )
    (nombre,) = curseur.fetchone()
    if nombre + encore >= settings.INTROUVABLES_PAR_JOUR + (encore > 0):
        raise TropDIntrouvables(sujets, encore)


def compter(sujets: Sequence[str], nombre: int) -> None:
    """So many more for each of these senders; the ministry is told once a day of who reaches the limit."""
    if not nombre or not sujets:
        return
    with connection.cursor() as curseur:
        curseur.execute(_COMPTER, {"sujets": list(sujets), "nombre": nombre})
        for sujet, total in curseur.fetchall():
            if total >= settings.INTROUVABLES_PAR_JOUR:
                Alerte.lever(Alerte.Genre.INTROUVABLES, sujet, {"introuvables": total})


def oublier() -> int:
    """Those of the days before."""
    with connection.cursor() as curseur:
        curseur.execute(f"DELETE FROM referentiel_introuvables WHERE jour < {AUJOURDHUI}")  # noqa: S608
        return int(curseur.rowcount)
