from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("habilitations", "0049_demande_cas_d_usage"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "jetons_en_vigueur.sql").read_text(),
            (SQL / "jetons_en_vigueur_defaire.sql").read_text(),
        ),
    ]
