from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Tokens in JWT form, those of a bouquet of APIs, and calls that the quota does not count."""

    dependencies = [
        ("habilitations", "0031_genres_du_journal"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="jeton",
            name="jeton_type_connu",
        ),
        migrations.RemoveConstraint(
            model_name="jeton",
            name="jeton_lecture_ou_ecriture",
        ),
        migrations.AddField(
            model_name="jeton",
            name="en_jwt",
            field=models.BooleanField(db_default=False, default=False, verbose_name="au format JWT"),
        ),
        migrations.AlterField(
            model_name="jeton",
            name="type",
            field=models.CharField(
                choices=[("l", "Lecture"), ("e", "Écriture"), ("t", "Bac à sable"), ("b", "Bouquet d'API")],
                max_length=1,
            ),
        ),
        migrations.AddConstraint(
            model_name="jeton",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["l", "e", "t", "b"])), name="jeton_type_connu"
            ),
        ),
        migrations.AddConstraint(
            model_name="jeton",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("type", "l"), ("uais", [])),
                    models.Q(("scopes", []), ("type", "e")),
                    models.Q(("scopes", []), ("type", "b"), ("uais", [])),
                    ("type", "t"),
                    _connector="OR",
                ),
                name="jeton_lecture_ou_ecriture",
            ),
        ),
        migrations.AddConstraint(
            model_name="jeton",
            constraint=models.CheckConstraint(
                condition=models.Q(("en_jwt", False), ("type__in", ["l", "t"]), _connector="OR"),
                name="jeton_jwt_de_lecture",
            ),
        ),
        migrations.RunSQL(
            (SQL / "ouverture_comptee_ou_non.sql").read_text(),
            "DROP FUNCTION habilitations_ouvrir(bytea[], inet, text[], int, boolean);"
            + "CREATE FUNCTION habilitations_ouvrir"
            + (SQL / "ouverture.sql").read_text().partition("CREATE FUNCTION habilitations_ouvrir")[2],
        ),
    ]
