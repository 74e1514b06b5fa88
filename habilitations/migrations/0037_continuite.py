from pathlib import Path

import django.db.models.fields.json
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """The technical contact of a habilitation is found by the address with which it was approved; a colleague takes over
    the request of an applicant who has left."""

    dependencies = [("habilitations", "0036_revoquer_pendant_une_modification")]

    operations = [
        migrations.AddIndex(
            model_name="demande",
            index=models.Index(
                django.db.models.fields.json.KeyTextTransform(
                    "courriel",
                    django.db.models.fields.json.KeyTextTransform(
                        "technique",
                        django.db.models.fields.json.KeyTextTransform("contacts", "instantane_valide"),
                    ),
                ),
                name="demande_contact_valide",
            ),
        ),
        migrations.RunSQL((SQL / "reprise.sql").read_text(), (SQL / "reprise_defaire.sql").read_text()),
    ]
