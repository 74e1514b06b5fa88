from django.db import migrations


class Migration(migrations.Migration):
    """An administrator who looks at a sheet in somebody's place is journaled too."""

    dependencies = [("referentiel", "0014_traces_nommees")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE referentiel_echange ADD COLUMN par_compte_id bigint;
            -- Not valid: years of rows need not be read, they have none.
            ALTER TABLE referentiel_echange ADD CONSTRAINT echange_a_la_place_de_quelquun
                CHECK (par_compte_id IS NULL OR compte_id IS NOT NULL) NOT VALID;
            """,
            """
            ALTER TABLE referentiel_echange DROP CONSTRAINT echange_a_la_place_de_quelquun;
            ALTER TABLE referentiel_echange DROP COLUMN par_compte_id;
            """,
        ),
    ]
