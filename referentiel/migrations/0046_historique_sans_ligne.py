from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql" / "historique_sans_ligne.sql"


class Migration(migrations.Migration):
    """A statement that updates no row looks for no column."""

    dependencies = [("referentiel", "0045_index_des_echanges")]

    # The same rows are written by the former text of the function: going back has nothing to undo.
    operations = [migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop)]
