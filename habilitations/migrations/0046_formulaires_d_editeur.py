import uuid
from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Forms that editors prepare for their clients, and the requests that these let them follow."""

    dependencies = [
        ("habilitations", "0045_document_sans_avis"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormulairePret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cle",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="identifiant"
                    ),
                ),
                ("titre", models.CharField(max_length=120, verbose_name="titre")),
                ("champs", models.JSONField(default=dict)),
                (
                    "cree_le",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="créé le"
                    ),
                ),
                ("retire_le", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "editeur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="formulaires",
                        to="habilitations.editeur",
                    ),
                ),
            ],
            options={
                "verbose_name": "formulaire prêt à l'emploi",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Accompagnement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "suivi_depuis",
                    models.DateTimeField(blank=True, null=True, verbose_name="suivie depuis le"),
                ),
                (
                    "demande",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accompagnement",
                        to="habilitations.demande",
                    ),
                ),
                (
                    "editeur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accompagnements",
                        to="habilitations.editeur",
                    ),
                ),
                (
                    "suivi_permis_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "formulaire",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accompagnements",
                        to="habilitations.formulairepret",
                    ),
                ),
            ],
            options={
                "verbose_name": "accompagnement",
            },
        ),
        migrations.AddConstraint(
            model_name="formulairepret",
            constraint=models.CheckConstraint(
                condition=models.Q(("titre__regex", "\\S")), name="formulaire_pret_titre"
            ),
        ),
        migrations.AddConstraint(
            model_name="formulairepret",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("titre__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                    _negated=True,
                ),
                name="formulaire_pret_sans_controle",
            ),
        ),
        migrations.AddIndex(
            model_name="accompagnement",
            index=models.Index(
                condition=models.Q(("suivi_depuis__isnull", False)),
                fields=["editeur", "-demande"],
                name="accompagnement_suivi",
            ),
        ),
        migrations.AddConstraint(
            model_name="accompagnement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("suivi_depuis__isnull", True), ("suivi_permis_par__isnull", True)),
                    models.Q(("suivi_depuis__isnull", False), ("suivi_permis_par__isnull", False)),
                    _connector="OR",
                ),
                name="accompagnement_suivi_permis",
            ),
        ),
        migrations.RunSQL(
            (SQL / "fin_d_editeur.sql").read_text(), (SQL / "fin_d_editeur_defaire.sql").read_text()
        ),
    ]
