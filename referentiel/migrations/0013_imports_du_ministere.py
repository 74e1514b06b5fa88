import uuid

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referentiel", "0012_listes_de_gestion"),
    ]

    operations = [
        migrations.CreateModel(
            name="FichierAImporter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cle", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "objet",
                    models.CharField(
                        choices=[("etablissements", "Établissements"), ("communes", "Communes")],
                        max_length=14,
                    ),
                ),
                ("nom_fichier", models.CharField(max_length=255, verbose_name="fichier")),
                ("contenu", models.BinaryField(null=True)),
                ("compte_id", models.BigIntegerField(verbose_name="compte")),
                ("auteur", models.TextField()),
                (
                    "depose_le",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="déposé le"
                    ),
                ),
                ("importe_le", models.DateTimeField(null=True, verbose_name="importé le")),
                ("bilan", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "fichier à importer",
            },
        ),
        migrations.AddField(
            model_name="commune",
            name="ajoutee_le",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="ajoutée ou corrigée le"
            ),
        ),
        migrations.AddIndex(
            model_name="commune",
            index=models.Index(
                condition=models.Q(("ajoutee_le__isnull", False)),
                fields=["ajoutee_le"],
                name="commune_ajoutee",
            ),
        ),
        migrations.AddConstraint(
            model_name="fichieraimporter",
            constraint=models.CheckConstraint(
                condition=models.Q(("importe_le__isnull", True), ("contenu__isnull", True), _connector="OR"),
                name="fichier_importe_oublie",
            ),
        ),
    ]
