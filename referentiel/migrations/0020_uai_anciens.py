import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

_TYPES = [
    ("universite", "Université"),
    ("grand_etablissement", "Grand établissement"),
    ("ecole_superieure", "École"),
    ("ecole_ingenieur", "École d'ingénieurs"),
    ("ecole_commerce", "École de commerce"),
    ("ecole_art", "École d'art ou d'architecture"),
    ("ecole_sante", "École paramédicale ou sociale"),
    ("lycee", "Lycée"),
    ("autre", "Autre établissement"),
]
_LIEU = "^([013-9][0-9]|2[AB1-9])[0-9]{3}$"


class Migration(migrations.Migration):
    """Former UAIs lead to today's establishments; those that France has abroad come in, under their country's code."""

    dependencies = [("referentiel", "0019_cles_des_noms")]

    operations = [
        migrations.CreateModel(
            name="UaiAncien",
            fields=[
                (
                    "uai",
                    models.CharField(
                        max_length=8, primary_key=True, serialize=False, verbose_name="ancien UAI"
                    ),
                ),
                (
                    "cree_le",
                    models.DateTimeField(auto_now_add=True, db_default=Now(), verbose_name="connu depuis le"),
                ),
                (
                    "etablissement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="anciens_uai",
                        to="referentiel.etablissement",
                        verbose_name="établissement",
                    ),
                ),
            ],
            options={
                "verbose_name": "ancien UAI",
                "verbose_name_plural": "anciens UAI",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(uai__regex="^[0-9]{7}[A-HJ-NPR-Z]$"), name="uai_ancien_bien_forme"
                    )
                ],
            },
        ),
        migrations.AlterField(
            "etablissement", "type", models.CharField(choices=_TYPES, default="autre", max_length=20)
        ),
        migrations.RemoveConstraint("etablissement", "etablissement_commune_bien_formee"),
        migrations.AddConstraint(
            "etablissement",
            models.CheckConstraint(
                condition=Q(code_commune__regex=_LIEU), name="etablissement_lieu_bien_forme"
            ),
        ),
        migrations.RemoveConstraint("inscription", "inscription_commune_bien_formee"),
        AddConstraintNotValid(
            "inscription",
            models.CheckConstraint(
                condition=Q(code_commune__regex=_LIEU), name="inscription_lieu_bien_forme"
            ),
        ),
    ]
