from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"

#: Documents joined before who edits was kept say who joined them; every other edit was its applicant's, whose acts are
#: in the history.
REPRENDRE = """
INSERT INTO habilitations_redaction (demande_id, compte_id, etape, premiere_le, derniere_le)
SELECT demande_id, depose_par_id, CASE genre WHEN 'cadre' THEN 'cadre' ELSE 'projet' END, min(depose_le), max(depose_le)
FROM habilitations_document GROUP BY 1, 2, 3
"""


class Migration(migrations.Migration):
    """The database refuses that a party to a request decides on it, and that an applicant be replaced unasked."""

    dependencies = [("habilitations", "0013_parties_et_transferts")]

    operations = [
        migrations.RunSQL(REPRENDRE, migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "parties.sql").read_text(), (SQL / "parties_defaire.sql").read_text()),
    ]
