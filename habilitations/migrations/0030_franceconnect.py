from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"

DEFAIRE = """
DROP FUNCTION habilitations_ouvrir_franceconnect;
DROP TABLE habilitations_franceconnect_verification;
DROP TABLE habilitations_franceconnect_disjoncteur;
"""


class Migration(migrations.Migration):
    """The calls by FranceConnect: their opening, and how the checks of its tokens go."""

    dependencies = [("habilitations", "0023_protection")]

    operations = [migrations.RunSQL((SQL / "franceconnect.sql").read_text(), DEFAIRE)]
