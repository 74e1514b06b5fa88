from django.db import migrations


class Migration(migrations.Migration):
    """An exchange by an agent bears the case number, or the reason, for which it was made. What an agent asked, and
    what a habilitation gave without a token, is found by an index."""

    dependencies = [("referentiel", "0042_doublons_a_jour")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE referentiel_echange ADD COLUMN dossier varchar(100) NOT NULL DEFAULT ''",
            "ALTER TABLE referentiel_echange DROP COLUMN dossier",
        ),
        migrations.RunSQL(
            "CREATE INDEX echange_du_compte ON referentiel_echange (compte_id, instant) WHERE compte_id IS NOT NULL",
            "DROP INDEX echange_du_compte",
        ),
        migrations.RunSQL(
            "CREATE INDEX echange_sans_jeton ON referentiel_echange (habilitation_id, instant) WHERE jeton_id IS NULL",
            "DROP INDEX echange_sans_jeton",
        ),
    ]
