from pathlib import Path

from django.db import migrations

#: (act, from, to), as in habilitations/workflow.py.
TRANSITIONS = [
    ("soumettre", "brouillon", "soumise"),
    ("soumettre", "modifications_demandees", "soumise"),
    ("demander_modifications", "soumise", "modifications_demandees"),
    ("valider", "soumise", "validee"),
    ("refuser", "soumise", "refusee"),
    ("refuser_reouverture", "soumise", "validee"),
    ("revoquer", "validee", "revoquee"),
    ("rouvrir", "validee", "brouillon"),
    ("annuler_reouverture", "brouillon", "validee"),
    ("annuler_reouverture", "soumise", "validee"),
    ("annuler_reouverture", "modifications_demandees", "validee"),
    ("annuler_reouverture_instructeur", "brouillon", "validee"),
    ("annuler_reouverture_instructeur", "soumise", "validee"),
    ("annuler_reouverture_instructeur", "modifications_demandees", "validee"),
    ("archiver", "brouillon", "archivee"),
    ("archiver", "refusee", "archivee"),
    ("archiver", "revoquee", "archivee"),
]

DEFAIRE = """
DROP FUNCTION habilitations_garder_etat CASCADE;
DROP FUNCTION habilitations_garder_habilitation CASCADE;
DROP FUNCTION habilitations_refuser_reecriture CASCADE;
DROP TABLE habilitations_transition;
"""


class Migration(migrations.Migration):
    """The database keeps the states, the habilitations and the history of the requests."""

    dependencies = [("habilitations", "0003_demandes")]

    operations = [
        migrations.RunSQL((Path(__file__).parent / "sql" / "demandes.sql").read_text(), DEFAIRE),
        migrations.RunSQL(
            [
                ("INSERT INTO habilitations_transition (acte, de, vers) VALUES (%s, %s, %s)", t)
                for t in TRANSITIONS
            ],
            migrations.RunSQL.noop,
        ),
    ]
