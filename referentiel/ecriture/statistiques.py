"""What PostgreSQL's planner knows of the tables that searches and merges read."""

from typing import Any

TABLES = ["referentiel_etudiant", "referentiel_inscription", "referentiel_etablissement"]

#: Those that were never analysed, that were then empty (though of many pages, whose rows had gone), or that have more
#: than doubled since.
_PERIMEES = """
SELECT relname::text FROM pg_class
WHERE oid = ANY (%s::regclass[]) AND (
    reltuples <= 0 OR pg_relation_size(oid) > 2 * relpages::bigint * current_setting('block_size')::bigint)
ORDER BY 1
"""


def actualiser(curseur: Any) -> list[str]:
    """To be called at the end of a load. Returns the tables that were analysed.

    A table that was empty a minute ago would be read from end to end by each search until autovacuum comes. Those that
    grow little by little are its business.
    """
    curseur.execute(_PERIMEES, [TABLES])
    perimees = [table for (table,) in curseur.fetchall()]
    if perimees:
        # Analysing belongs to the owner of the tables: a function of its own does it.
        curseur.execute("SELECT referentiel_analyser(%s)", [perimees])
    return perimees
