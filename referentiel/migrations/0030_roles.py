from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """The application is no longer the owner of the tables: what only an owner may do becomes functions."""

    dependencies = [("referentiel", "0026_depots_analyses")]

    operations = [
        migrations.RunSQL(
            (SQL / "roles.sql").read_text(),
            """
            DROP TRIGGER acte_de_lot_ajout_seul ON referentiel_actedelot;
            DROP FUNCTION referentiel_analyser;
            DROP FUNCTION referentiel_echange_purger;
            DROP FUNCTION referentiel_echange_perimees;
            DROP FUNCTION referentiel_perime;
            DROP FUNCTION referentiel_mois_gardes;
            """,
        ),
    ]
