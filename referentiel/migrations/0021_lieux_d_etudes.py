from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the migration that adds it, so that the scan of the inscriptions lets readers and writers work."""

    dependencies = [("referentiel", "0020_uai_anciens")]

    operations = [ValidateConstraint("inscription", "inscription_lieu_bien_forme")]
