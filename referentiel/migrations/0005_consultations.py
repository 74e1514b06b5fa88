from django.db import migrations


class Migration(migrations.Migration):
    """A sheet looked at in the establishments' admin is journaled with the account of who looked."""

    dependencies = [("referentiel", "0004_couverture")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE referentiel_echange ADD COLUMN compte_id bigint;
            ALTER TABLE referentiel_echange ADD CONSTRAINT echange_consultation_par_quelquun
                CHECK (voie <> 'consultation' OR compte_id IS NOT NULL);
            """,
            """
            ALTER TABLE referentiel_echange DROP CONSTRAINT echange_consultation_par_quelquun;
            ALTER TABLE referentiel_echange DROP COLUMN compte_id;
            """,
        ),
    ]
