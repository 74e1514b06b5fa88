"""Which establishments feed the referential, how much and how freshly: worked out in the background, read at once."""

from datetime import date

from django.db import connection, transaction

from referentiel.calendrier import debut_annee_universitaire

# Records of the current university year and later are those that the API serves (contract §1).
_RAFRAICHIR = """
WITH vues AS MATERIALIZED (
    SELECT etablissement_id, count(*) FILTER (WHERE date_fin >= %(debut)s) AS inscriptions,
        max(confirmee_le) AS derniere_confirmation
    FROM referentiel_inscription WHERE NOT fictif
    GROUP BY etablissement_id
), taries AS (
    DELETE FROM referentiel_couverture c
    WHERE NOT EXISTS (SELECT FROM vues v WHERE v.etablissement_id = c.etablissement_id)
)
INSERT INTO referentiel_couverture (etablissement_id, inscriptions, derniere_confirmation, calculee_le)
SELECT etablissement_id, inscriptions, derniere_confirmation, now() FROM vues
ON CONFLICT (etablissement_id) DO UPDATE SET inscriptions = excluded.inscriptions,
    derniere_confirmation = excluded.derniere_confirmation, calculee_le = excluded.calculee_le
"""


def rafraichir(*, aujourdhui: date) -> int:
    """Work the summary out again; how many establishments feed the referential."""
    with transaction.atomic(), connection.cursor() as curseur:
        # One at a time: two would do the same work, and wait for each other's rows in no fixed order.
        curseur.execute("SELECT pg_advisory_xact_lock(hashtextextended('referentiel.couverture', 0))")
        curseur.execute(_RAFRAICHIR, {"debut": debut_annee_universitaire(aujourdhui)})
        etablissements: int = curseur.rowcount
    return etablissements
