from django.db import migrations

COLONNES = (("editeur", "varchar(255)"), ("editeur_siret", "varchar(14)"))


class Migration(migrations.Migration):
    """An exchange made by an editor, with what an administration delegated to it, names both."""

    dependencies = [("referentiel", "0042_doublons_a_jour")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE referentiel_echange ADD COLUMN {nom} {type_} NOT NULL DEFAULT ''",
            f"ALTER TABLE referentiel_echange DROP COLUMN {nom}",
        )
        for nom, type_ in COLONNES
    ]
