from typing import Any

from django.db import migrations

TABLE = "referentiel_echange"
#: Name, columns, condition.
INDEX = (
    ("echange_du_compte", "compte_id, instant", "compte_id IS NOT NULL"),
    ("echange_sans_jeton", "habilitation_id, instant", "jeton_id IS NULL"),
)


def indexer(apps: Any, schema_editor: Any) -> None:
    """Each partition's index is made while the others write; that of the whole journal then only gathers them."""
    with schema_editor.connection.cursor() as curseur:
        curseur.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s) WHERE isleaf", [TABLE])
        partitions = [nom for (nom,) in curseur.fetchall()]
        for nom, colonnes, condition in INDEX:
            for partition in partitions:
                du_mois = f"{partition}_{nom.removeprefix('echange_')}"
                # What an attempt that was stopped has left unfinished would stay so.
                curseur.execute(
                    "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [du_mois]
                )
                if curseur.fetchone():
                    curseur.execute(f"DROP INDEX CONCURRENTLY {du_mois}")
                curseur.execute(
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {du_mois} ON {partition} ({colonnes}) WHERE {condition}"
                )
            curseur.execute(f"CREATE INDEX IF NOT EXISTS {nom} ON {TABLE} ({colonnes}) WHERE {condition}")


def oublier(apps: Any, schema_editor: Any) -> None:
    for nom, _, _ in INDEX:
        schema_editor.execute(f"DROP INDEX IF EXISTS {nom}")


class Migration(migrations.Migration):
    """What an agent asked, and what a habilitation gave without a token, is found by an index."""

    atomic = False
    dependencies = [("referentiel", "0044_dossier_d_un_echange")]

    operations = [migrations.RunPython(indexer, oublier)]
