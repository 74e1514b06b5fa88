from django.db import migrations

DE = ("brouillon", "soumise", "modifications_demandees")


class Migration(migrations.Migration):
    """A habilitation may be revoked while its applicant changes it: the act says for which requests."""

    dependencies = [("habilitations", "0035_rattachement_atteste")]

    operations = [
        migrations.RunSQL(
            [
                (
                    "INSERT INTO habilitations_transition (acte, de, vers) VALUES ('revoquer', %s, 'revoquee')",
                    [etat],
                )
                for etat in DE
            ],
            [
                ("DELETE FROM habilitations_transition WHERE acte = 'revoquer' AND de = %s", [etat])
                for etat in DE
            ],
        )
    ]
