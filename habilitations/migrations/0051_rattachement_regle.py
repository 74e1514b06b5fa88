from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("habilitations", "0050_jetons_en_vigueur"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "rattachement_regle.sql").read_text(),
            (SQL / "rattachement_regle_defaire.sql").read_text(),
        ),
    ]
