from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql" / "historique_par_colonne.sql"


class Migration(migrations.Migration):
    """The lists' filters read in an index alone; the history of many changes written in seconds."""

    dependencies = [("referentiel", "0011_actes_de_lot")]

    operations = [
        migrations.RemoveIndex("inscription", "inscription_etablissement"),
        migrations.AddIndex(
            "inscription",
            models.Index(
                fields=["etablissement", "-id"],
                include=["statut", "regime", "date_debut", "source", "fictif"],
                name="inscription_etablissement",
            ),
        ),
        # The same rows are written by the former text of the function: going back has nothing to undo.
        migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop),
    ]
