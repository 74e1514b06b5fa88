from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from referentiel.communes import lignes_reference


def charger(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with (
        schema_editor.connection.cursor() as curseur,
        curseur.copy(
            "COPY referentiel_commune (code, nom, type, departement, academie, code_actuel, codes_postaux) FROM STDIN"
        ) as copie,
    ):
        for ligne in lignes_reference():
            copie.write_row(ligne)


def vider(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("TRUNCATE referentiel_commune")


class Migration(migrations.Migration):
    """The communes shipped with the product, in their table."""

    dependencies = [("referentiel", "0002_journaux")]

    operations = [migrations.RunPython(charger, vider)]
