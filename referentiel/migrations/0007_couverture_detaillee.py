from pathlib import Path

import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"

DEFAIRE = """
DROP FUNCTION referentiel_perimer_couverture CASCADE;
DROP INDEX historique_statut;
"""


class Migration(migrations.Migration):
    """The coverage in detail: by statut and régime, over the year, and marks of what has to be counted again."""

    dependencies = [
        ("referentiel", "0006_lots_conduits"),
    ]

    operations = [
        migrations.CreateModel(
            name="CouverturePerimee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("etablissement_id", models.BigIntegerField(db_index=True)),
                ("depuis", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "couverture à recalculer",
            },
        ),
        migrations.AddField(
            model_name="couverture",
            name="annee",
            field=models.SmallIntegerField(
                db_default=0, default=0, verbose_name="année universitaire (celle de septembre)"
            ),
        ),
        migrations.AddField(
            model_name="couverture",
            name="anomalies",
            field=models.IntegerField(db_default=0, default=0, verbose_name="anomalies ouvertes"),
        ),
        migrations.AddField(
            model_name="couverture",
            name="evolution",
            field=models.JSONField(
                default=dict,
                help_text="statut → inscriptions avant septembre, puis à la fin de chaque mois jusqu'à celui du calcul",
                verbose_name="évolution",
            ),
        ),
        migrations.AddField(
            model_name="couverture",
            name="repartition",
            field=models.JSONField(
                default=dict, help_text="statut → régime → nombre d'inscriptions", verbose_name="répartition"
            ),
        ),
        migrations.CreateModel(
            name="CouvertureNationale",
            fields=[
                (
                    "annee",
                    models.SmallIntegerField(
                        db_default=0, default=0, verbose_name="année universitaire (celle de septembre)"
                    ),
                ),
                ("inscriptions", models.IntegerField(verbose_name="inscriptions de l'année universitaire")),
                (
                    "repartition",
                    models.JSONField(
                        default=dict,
                        help_text="statut → régime → nombre d'inscriptions",
                        verbose_name="répartition",
                    ),
                ),
                (
                    "evolution",
                    models.JSONField(
                        default=dict,
                        help_text="statut → inscriptions avant septembre, puis à la fin de chaque mois jusqu'à celui du calcul",
                        verbose_name="évolution",
                    ),
                ),
                (
                    "anomalies",
                    models.IntegerField(db_default=0, default=0, verbose_name="anomalies ouvertes"),
                ),
                (
                    "derniere_confirmation",
                    models.DateTimeField(null=True, verbose_name="dernière confirmation"),
                ),
                ("calculee_le", models.DateTimeField(verbose_name="calculée le")),
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "etablissements",
                    models.IntegerField(default=0, verbose_name="établissements qui déclarent"),
                ),
            ],
            options={
                "verbose_name": "couverture nationale",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="couverture_nationale_unique")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="lot",
            index=django.contrib.postgres.indexes.GinIndex(fields=["uais"], name="lot_uais"),
        ),
        migrations.RunSQL((SQL / "couverture.sql").read_text(), DEFAIRE),
    ]
