"""The exchange journal: writing a row, keeping its partitions, purging them (CRPA art. R. 114-9-7).

Kept 36 months when data was given, 12 months otherwise. A row holds neither name, INE nor birth date: the student is
the internal identifier.
"""

from datetime import datetime

from django.db import connection

from referentiel.models import IneRemplace

MOIS_PREPARES = 12

#: Parameters, in order: issue, requete, jeton_id, habilitation_id, organisation, siret, recipient, interface, voie,
#: etudiant_id, categories. Committed by itself (autocommit) before the answer leaves.
SQL_ECHANGE = """
INSERT INTO referentiel_echange
    (issue, requete, jeton_id, habilitation_id, organisation, siret, recipient, interface, voie, etudiant_id,
     categories)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


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


def perimees(maintenant: datetime) -> list[str]:
    """The partitions whose retention is over at that instant (36 months with data, 12 without)."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT * FROM referentiel_echange_perimees(%s)", [maintenant])
        return [nom for (nom,) in curseur.fetchall()]


def purger() -> list[str]:
    """Drop the partitions whose retention is over, by the database's clock; their names.

    Raises django.db.OperationalError when something else, a backup perhaps, holds the journal.
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT * FROM referentiel_echange_purger()")
        return [nom for (nom,) in curseur.fetchall()]
