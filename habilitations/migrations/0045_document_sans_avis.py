from django.db import migrations, models


class Migration(migrations.Migration):
    """A document that no scanner read is not said to be clean."""

    dependencies = [
        ("habilitations", "0044_cles_api"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="analyse",
            field=models.CharField(
                choices=[
                    ("en_attente", "Analyse en attente"),
                    ("sans_avis", "Non analysé par un antivirus"),
                    ("sain", "Sain"),
                    ("infecte", "Refusé par l'antivirus"),
                ],
                default="en_attente",
                max_length=10,
            ),
        ),
    ]
