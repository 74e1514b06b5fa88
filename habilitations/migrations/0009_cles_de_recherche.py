import django.contrib.postgres.indexes
from django.db import migrations, models

import habilitations.models.recherche

#: Kept beside the words, the normal form is no longer computed for each row that a search meets.
ANCIENS = ("demande", "organisation", "compte", "habilitation")


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("habilitations", "0008_modeles_de_message"),
    ]

    operations = [
        migrations.RunSQL("".join(f"DROP INDEX {nom}_recherche;" for nom in ANCIENS), migrations.RunSQL.noop),
        migrations.AddField(
            model_name="compte",
            name="cle_recherche",
            field=models.GeneratedField(
                db_persist=True,
                expression=habilitations.models.recherche.Normaliser("prenom", "nom", "courriel"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="demande",
            name="cle_recherche",
            field=models.GeneratedField(
                db_persist=True,
                expression=habilitations.models.recherche.Normaliser("intitule"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="habilitation",
            name="cle_recherche",
            field=models.GeneratedField(
                db_persist=True,
                expression=habilitations.models.recherche.Normaliser("intitule"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="cle_recherche",
            field=models.GeneratedField(
                db_persist=True,
                expression=habilitations.models.recherche.Normaliser("nom"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="compte",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("cle_recherche"), name="gin_trgm_ops"),
                name="compte_cle_recherche",
            ),
        ),
        migrations.AddIndex(
            model_name="demande",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("cle_recherche"), name="gin_trgm_ops"),
                name="demande_cle_recherche",
            ),
        ),
        migrations.AddIndex(
            model_name="habilitation",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("cle_recherche"), name="gin_trgm_ops"),
                name="habilitation_cle_recherche",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("cle_recherche"), name="gin_trgm_ops"),
                name="organisation_cle_recherche",
            ),
        ),
    ]
