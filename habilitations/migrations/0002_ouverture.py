from pathlib import Path

from django.db import migrations

DEFAIRE = """
DROP FUNCTION habilitations_ouvrir;
DROP FUNCTION habilitations_consommer;
DROP TABLE habilitations_quota;
"""


class Migration(migrations.Migration):
    """Token verification and quota in one function, called once by each API call."""

    dependencies = [("habilitations", "0001_initial")]

    operations = [
        migrations.RunSQL((Path(__file__).parent / "sql" / "ouverture.sql").read_text(), DEFAIRE),
    ]
