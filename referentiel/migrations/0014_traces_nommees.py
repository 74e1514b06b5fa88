import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _vers_le_compte(modele: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.RenameField(modele, "compte_id", "compte"),
        migrations.AlterField(
            modele,
            "compte",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
    ]


class Migration(migrations.Migration):
    """Who exported and imported is a person that the lists name."""

    dependencies = [
        ("referentiel", "0013_imports_du_ministere"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [*_vers_le_compte("export"), *_vers_le_compte("fichieraimporter")]
