from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

#: Rows looked at in one transaction: well under a second, so that no writer waits longer.
TRANCHE = 20_000

# A generated column is computed again when a column that it depends on is written.
RECALCULER = """
UPDATE referentiel_etudiant SET nom_naissance = nom_naissance, prenoms = prenoms
WHERE id >= %s AND id < %s
  AND (cle_nom, cle_prenom) IS DISTINCT FROM (referentiel_cle_nom(nom_naissance), referentiel_cle_prenom(prenoms))
"""


def recalculer(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as curseur:
        curseur.execute("SELECT min(id), max(id) FROM referentiel_etudiant")
        premier, dernier = curseur.fetchone()
        if premier is None:
            return
        for debut in range(premier, dernier + 1, TRANCHE):
            curseur.execute(RECALCULER, [debut, debut + TRANCHE])


class Migration(migrations.Migration):
    """The keys of names registered earlier follow the new normal form, without holding the table.

    Each batch is its own transaction, as is each validation, which lets readers and writers work. Until a row's batch
    has passed, it is found as it was before. Doing it again changes nothing.
    """

    atomic = False

    dependencies = [("referentiel", "0018_noms_plies")]

    operations = [
        migrations.RunPython(recalculer, migrations.RunPython.noop),
        ValidateConstraint("etudiant", "etudiant_vingt_prenoms"),
        ValidateConstraint("etudiant", "etudiant_ine_d_une_forme"),
        ValidateConstraint("etudiant", "etudiant_lieu_d_une_forme"),
    ]
