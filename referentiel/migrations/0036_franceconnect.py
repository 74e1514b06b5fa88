from django.db import migrations


class Migration(migrations.Migration):
    """An exchange by FranceConnect bears the digest of FranceConnect's own number for it."""

    dependencies = [("referentiel", "0033_effacements")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE referentiel_echange ADD COLUMN jti_fc varchar(64) NOT NULL DEFAULT '';
            -- Not valid: no row was ever written by this way.
            ALTER TABLE referentiel_echange ADD CONSTRAINT echange_par_franceconnect_relie
                CHECK ((voie = 'france_connect') = (jti_fc <> '')) NOT VALID;
            """,
            """
            ALTER TABLE referentiel_echange DROP CONSTRAINT echange_par_franceconnect_relie;
            ALTER TABLE referentiel_echange DROP COLUMN jti_fc;
            """,
        ),
    ]
