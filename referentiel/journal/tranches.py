"""Slices of the journals, and their digests: what is sealed, and computed again to verify it.

A journal is a table whose trigger refuses any rewriting: the database's own catalogue lists them, so that none is
forgotten. Rows are digested by PostgreSQL, which alone reads them all; only 32 bytes a slice come here.
"""

import datetime
from typing import NamedTuple

from django.db import connection
from psycopg import sql

#: Rows of one seal: what an alteration is located to, and what one statement digests (a tenth of a second).
LIGNES_PAR_SCEAU = 10_000
SCEAUX = "referentiel_sceau"

_JOURNAUX = """
SELECT c.relname, c.relkind = 'p', pg_get_serial_sequence(c.relname, 'id')
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> %s
    AND EXISTS (
        SELECT FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
        WHERE g.tgrelid = c.oid AND p.proname LIKE '%%\\_refuser\\_reecriture' AND g.tgqual IS NULL
            AND g.tgtype & 27 = 27)
ORDER BY 1
"""

#: What the text of a row depends on, besides the row.
_ECRITURE = (
    "SELECT set_config(nom, valeur, true) FROM (VALUES ('timezone', 'UTC'), ('datestyle', 'ISO, YMD'),"
    " ('intervalstyle', 'postgres'), ('bytea_output', 'hex'), ('extra_float_digits', '1')) AS x (nom, valeur)"
)


class Journal(NamedTuple):
    """`partage`: in partitions, by `instant`; otherwise its rows follow one another by `id`, from `sequence`."""

    nom: str
    partage: bool
    sequence: str | None


class Empreinte(NamedTuple):
    lignes: int
    premiere_le: datetime.datetime | None
    derniere_le: datetime.datetime | None
    empreinte: bytes


def journaux() -> list[Journal]:
    with connection.cursor() as curseur:
        curseur.execute(_JOURNAUX, [SCEAUX])
        return [Journal(*ligne) for ligne in curseur.fetchall()]


def colonnes(journal: Journal) -> list[str]:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum",
            [journal.nom],
        )
        return [nom for (nom,) in curseur.fetchall()]


def parties(journal: Journal, debut: int, fin: int) -> list[str]:
    """The tables that hold rows of this slice: partitions, or the journal itself."""
    if not journal.partage:
        return [journal.nom]
    return [
        nom
        for (nom,) in _lire(
            "SELECT DISTINCT tableoid::regclass::text FROM {journal} WHERE {tranche} ORDER BY 1",
            journal,
            None,
            debut,
            fin,
        )
    ]


def compter(journal: Journal, partie: str, debut: int, fin: int) -> int:
    [(nombre,)] = _lire("SELECT count(*) FROM {journal} WHERE {tranche}", journal, partie, debut, fin)
    return int(nombre)


def couper(journal: Journal, partie: str, debut: int, fin: int) -> list[tuple[int, int]]:
    """The slice in slices of some `LIGNES_PAR_SCEAU` rows, side by side and in order."""
    coupes, reste = [], debut
    while suivante := _lire(
        "SELECT {cle} FROM {journal} WHERE {tranche} ORDER BY {ordre} OFFSET %(n)s LIMIT 1",
        journal, partie, reste, fin, n=LIGNES_PAR_SCEAU,
    ):  # fmt: skip
        [(bord,)] = suivante
        if bord <= reste:  # so many rows of one instant: they stay together
            bord = reste + 1
        coupes.append((reste, bord))
        reste = bord
    return [*coupes, (reste, fin)]


def empreinte(journal: Journal, partie: str, colonnes: list[str], debut: int, fin: int) -> Empreinte:
    """Of the rows that are there now."""
    with connection.cursor() as curseur:
        curseur.execute(_ECRITURE)
    [ligne] = _lire(
        "SELECT count(*), min(instant), max(instant), sha256(coalesce(string_agg("
        "sha256(convert_to(ROW({colonnes})::text, 'UTF8')), ''::bytea ORDER BY {ordre}), ''::bytea))"
        " FROM {journal} WHERE {tranche}",
        journal, partie, debut, fin, colonnes=colonnes,
    )  # fmt: skip
    lignes, premiere, derniere, somme = ligne
    return Empreinte(lignes, premiere, derniere, bytes(somme))


def microsecondes(instant: datetime.datetime) -> int:
    return (instant - _ORIGINE) // datetime.timedelta(microseconds=1)


def instant(cle: int) -> datetime.datetime:
    return _ORIGINE + datetime.timedelta(microseconds=cle)


_ORIGINE = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def _lire(
    modele: str, journal: Journal, partie: str | None, debut: int, fin: int, *, colonnes: list[str] | None = None,
    n: int = 0,
) -> list[tuple]:  # fmt: skip
    tranche = "id >= %(debut)s AND id < %(fin)s"
    cle, ordre = "id", "id"
    if journal.partage:
        tranche = (
            "instant >= timestamptz 'epoch' + %(debut)s * interval '1 microsecond'"
            " AND instant < timestamptz 'epoch' + %(fin)s * interval '1 microsecond'"
        )
        cle, ordre = "(extract(epoch FROM instant) * 1000000)::bigint", "instant, id"
        if partie is not None:
            tranche += " AND tableoid = %(partie)s::regclass"
    enonce = sql.SQL(modele).format(
        journal=sql.Identifier(journal.nom),
        tranche=sql.SQL(tranche),
        cle=sql.SQL(cle),
        ordre=sql.SQL(ordre),
        colonnes=sql.SQL(", ").join(map(sql.Identifier, colonnes or [])),
    )
    with connection.cursor() as curseur:
        curseur.execute(
            enonce.as_string(curseur.connection), {"debut": debut, "fin": fin, "partie": partie, "n": n}
        )
        return list(curseur.fetchall())
