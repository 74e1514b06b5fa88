import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Birth dates tried, and students not found, by organisation and by author; alerts.

    The rows of the day are forgotten: nothing in them tells the author of a try.
    """

    dependencies = [("referentiel", "0031_sceaux")]

    operations = [
        migrations.DeleteModel("NaissanceEssayee"),
        migrations.CreateModel(
            name="NaissanceEssayee",
            fields=[
                ("id", _ID),
                ("etudiant_id", models.BigIntegerField(verbose_name="étudiant")),
                ("sujet", models.CharField(max_length=40, verbose_name="expéditeur")),
                ("jour", models.DateField()),
                (
                    "dates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), size=None, verbose_name="dates de naissance refusées"
                    ),
                ),
            ],
            options={
                "verbose_name": "date de naissance essayée",
                "verbose_name_plural": "dates de naissance essayées",
            },
        ),
        migrations.AddConstraint(
            model_name="naissanceessayee",
            constraint=models.UniqueConstraint(
                fields=("etudiant_id", "sujet", "jour"), name="naissance_essayee_par_expediteur"
            ),
        ),
        migrations.CreateModel(
            name="Introuvables",
            fields=[
                ("id", _ID),
                ("sujet", models.CharField(max_length=40, verbose_name="expéditeur")),
                ("jour", models.DateField()),
                ("nombre", models.IntegerField()),
            ],
            options={"verbose_name": "étudiants introuvables du jour"},
        ),
        migrations.AddConstraint(
            model_name="introuvables",
            constraint=models.UniqueConstraint(fields=("sujet", "jour"), name="introuvables_du_jour"),
        ),
        migrations.CreateModel(
            name="Alerte",
            fields=[
                ("id", _ID),
                (
                    "genre",
                    models.CharField(
                        choices=[
                            ("volume", "Volume inhabituel"),
                            ("introuvables", "Beaucoup d'étudiants introuvables"),
                            ("suite", "INE demandés les uns à la suite des autres"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sujet", models.CharField(max_length=40)),
                ("jour", models.DateField()),
                ("mesures", models.JSONField(default=dict)),
                (
                    "levee_le",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="levée le"
                    ),
                ),
                ("annoncee_le", models.DateTimeField(blank=True, null=True, verbose_name="annoncée le")),
                ("vue_le", models.DateTimeField(blank=True, null=True, verbose_name="vue le")),
                ("vue_par", models.CharField(blank=True, max_length=255, verbose_name="vue par")),
            ],
            options={"verbose_name": "alerte", "ordering": ["-levee_le", "-pk"]},
        ),
        migrations.AddConstraint(
            model_name="alerte",
            constraint=models.UniqueConstraint(fields=("genre", "sujet", "jour"), name="alerte_du_jour"),
        ),
        migrations.AddIndex(
            model_name="alerte",
            index=models.Index(
                condition=models.Q(("vue_le__isnull", True)), fields=["levee_le"], name="alerte_a_voir"
            ),
        ),
    ]
