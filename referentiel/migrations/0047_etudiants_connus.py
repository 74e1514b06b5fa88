from django.db import migrations, models


class Migration(migrations.Migration):
    """The students and the fresh establishments of the country, which the home page tells."""

    dependencies = [("referentiel", "0046_historique_sans_ligne")]

    operations = [
        migrations.AddField(
            "couverturenationale",
            "etudiants",
            models.IntegerField("étudiants de l'année universitaire", db_default=0, default=0),
        ),
        migrations.AddField(
            "couverturenationale",
            "frais",
            models.IntegerField("établissements à jour", db_default=0, default=0),
        ),
    ]
