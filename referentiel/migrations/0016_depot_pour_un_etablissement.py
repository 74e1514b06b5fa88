from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referentiel", "0015_consultations_a_la_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fictif", True), ("uais__isnull", True), ("uais__len__gte", 1), _connector="OR"
                ),
                name="lot_reel_pour_un_etablissement",
            ),
        ),
    ]
