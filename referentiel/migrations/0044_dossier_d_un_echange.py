from django.db import migrations


class Migration(migrations.Migration):
    """An exchange by an agent bears the case number, or the reason, for which it was made."""

    dependencies = [("referentiel", "0043_editeur_au_journal")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE referentiel_echange ADD COLUMN dossier varchar(100) NOT NULL DEFAULT ''",
            "ALTER TABLE referentiel_echange DROP COLUMN dossier",
        ),
    ]
