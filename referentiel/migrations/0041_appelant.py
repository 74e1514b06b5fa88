from django.db import migrations


class Migration(migrations.Migration):
    """An exchange by the bouquet of APIs bears who the bouquet called for."""

    dependencies = [("referentiel", "0040_formulaires_envoyes")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE referentiel_echange ADD COLUMN appelant varchar(100) NOT NULL DEFAULT ''",
            "ALTER TABLE referentiel_echange DROP COLUMN appelant",
        ),
    ]
