import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Documents joined to messages, beside those of the form."""

    dependencies = [
        ("habilitations", "0037_continuite"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="habilitations.message",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="genre",
            field=models.CharField(
                choices=[
                    ("cadre", "Cadre juridique"),
                    ("maquette", "Maquette"),
                    ("message", "Joint à un message"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("genre", "message"), ("message__isnull", False), ("retire_le__isnull", True)),
                    models.Q(models.Q(("genre", "message"), _negated=True), ("message__isnull", True)),
                    _connector="OR",
                ),
                name="document_de_formulaire_ou_de_message",
            ),
        ),
    ]
