"""The exchange journal: writing a row, keeping its partitions, purging them (CRPA art. R. 114-9-7).

Kept 36 months when data was given, 12 months otherwise. A row holds neither name, INE nor birth date: the student is
the internal identifier.
"""

from datetime import datetime

from django.db import connection

from referentiel.models import IneRemplace

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
    "appelant": "text",
    "compte_id": "bigint",
    "dossier": "text",
    "editeur": "text",
    "editeur_siret": "text",
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
