from pathlib import Path

import django.contrib.postgres.fields
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """More names are found, persons without given name come in, and so do provisional INE and Corsica's old codes.

    Nothing here reads the table: the next migration brings the rows to the new form, batch by batch.
    """

    dependencies = [("referentiel", "0017_naissances_essayees")]

    operations = [
        migrations.RunSQL(
            (SQL / "normalisation_pliee.sql").read_text(),
            "DROP FUNCTION referentiel_prenom_repond, referentiel_prenom_demande;"
            + (SQL / "normalisation.sql")
            .read_text()
            .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        ),
        migrations.AlterField(  # in forms only
            "etudiant",
            "prenoms",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100), blank=True, size=None, verbose_name="prénoms"
            ),
        ),
        migrations.RemoveConstraint("etudiant", "etudiant_prenomme"),
        migrations.RemoveConstraint("etudiant", "etudiant_ine_bien_forme"),
        migrations.RemoveConstraint("etudiant", "etudiant_lieu_bien_forme"),
        AddConstraintNotValid(
            "etudiant",
            models.CheckConstraint(name="etudiant_vingt_prenoms", condition=Q(prenoms__len__lte=20)),
        ),
        AddConstraintNotValid(
            "etudiant",
            models.CheckConstraint(
                name="etudiant_ine_d_une_forme",
                condition=Q(
                    ine__regex="^([0-9]{9}[A-HJK]{2}|[0-9]{10}[A-HJ-NPR-Z]|[0-9A-Z]{10}[0-9]"
                    "|[0-9]{4}[AD][0-9]{5}[A-HJ-NPR-Z])$"
                ),
            ),
        ),
        AddConstraintNotValid(
            "etudiant",
            models.CheckConstraint(
                name="etudiant_lieu_d_une_forme",
                condition=Q(lieu_naissance__isnull=True)
                | Q(lieu_naissance__regex="^([013-9][0-9]|2[AB0-9])[0-9]{3}$"),
            ),
        ),
    ]
