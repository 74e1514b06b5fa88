"""The exchange journal: writing a row, keeping its partitions, purging them (CRPA art. R. 114-9-7).

Kept 36 months when data was given, 12 months otherwise. A row holds neither name, INE nor birth date: the student is
the internal identifier.
"""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.utils import timezone

from referentiel.models import IneRemplace

MOIS_GARDES = {"referentiel_echange_donnees": 36, "referentiel_echange_non_trouve": 12}
MOIS_PREPARES = 12

#: What a reading call leaves in the journal: column and type. The rest (identifier, instant) is PostgreSQL's.
COLONNES_D_APPEL = {
    "issue": "text",
    "requete": "text",
    "jeton_id": "bigint",
    "habilitation_id": "bigint",
    "organisation": "text",
    "siret": "text",
    "recipient": "text",
    "interface": "text",
    "voie": "text",
    "etudiant_id": "bigint",
    "categories": "text[]",
    "jti_fc": "text",
}
_NOMS = ", ".join(COLONNES_D_APPEL)
_TYPES = ", ".join(f"{nom} {type_}" for nom, type_ in COLONNES_D_APPEL.items())

#: The rows of as many calls as there are objects in the array of JSON that it takes: one statement, committed by itself
#: (autocommit) before any of those answers leaves.
SQL_ECHANGES = f"""
INSERT INTO referentiel_echange ({_NOMS}) SELECT {_NOMS} FROM json_to_recordset(%s::json) AS appel({_TYPES})
"""  # noqa: S608 (constants only)


def identifiants_internes(etudiant_id: int) -> list[int]:
    """All the internal identifiers under which the journals know this person: its own, and those of the students that
    were merged into it."""
    anciens = IneRemplace.objects.filter(etudiant=etudiant_id).order_by("id")
    return [etudiant_id, *anciens.values_list("ancien_etudiant_id", flat=True)]


def preparer_partitions() -> int:
    """Make the partitions of the months ahead. Returns how many were made."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT referentiel_echange_preparer(%s)", [MOIS_PREPARES])
        return int(curseur.fetchone()[0])


def purger(*, maintenant: datetime | None = None) -> list[str]:
    """Drop the partitions whose retention is over. Returns their names.

    A month goes when its last day is older than the retention, so that no row leaves early.
    """
    mois = timezone.localtime(maintenant).replace(day=1)
    supprimees = []
    with transaction.atomic(), connection.cursor() as curseur:
        for parent, gardes in MOIS_GARDES.items():
            dernier = f"{parent}_{mois - relativedelta(months=gardes + 1):%Y_%m}"
            curseur.execute(
                "SELECT c.relname FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid"
                " WHERE h.inhparent = %s::regclass AND c.relname <= %s ORDER BY 1",
                [parent, dernier],
            )
            for (nom,) in curseur.fetchall():
                curseur.execute(f"DROP TABLE {connection.ops.quote_name(nom)}")
                supprimees.append(nom)
    return supprimees
