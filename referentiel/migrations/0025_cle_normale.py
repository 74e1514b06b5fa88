from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Func

SQL = Path(__file__).parent / "sql" / "diplome.sql"

DEFAIRE = """
DROP FUNCTION referentiel_cle_diplome;
DROP FUNCTION referentiel_diplomes_proches;
"""

# Of enrolments that only the writing of their diploma tells apart, the one that was confirmed last stays. The history
# keeps the others, like any that is withdrawn.
DEDOUBLER = """
DO $$ BEGIN
    PERFORM set_config('ase.auteur', 'commande:migrate', true);
    DELETE FROM referentiel_inscription WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (
                PARTITION BY etudiant_id, etablissement_id, date_debut, referentiel_cle_diplome(diplome)
                ORDER BY confirmee_le DESC, id DESC) AS rang
            FROM referentiel_inscription) AS i
        WHERE rang > 1);
END $$
"""

NOM = "inscription_cle_normale"
# What an interrupted run has left is taken away first: it cannot be used.
RETIRER = f"DROP INDEX CONCURRENTLY IF EXISTS {NOM}"
INDEXER = f"""
CREATE UNIQUE INDEX CONCURRENTLY {NOM} ON referentiel_inscription
    (etudiant_id, etablissement_id, date_debut, referentiel_cle_diplome(diplome))
"""


class Migration(migrations.Migration):
    """The diploma in its normal form in the natural key.

    Nothing is rewritten and nobody waits: the index is built beside the writers. The former constraint stays for the
    version that still runs, which names it; a later release takes it away.
    """

    atomic = False

    dependencies = [("referentiel", "0021_lieux_d_etudes")]

    operations = [
        migrations.RunSQL(SQL.read_text(), DEFAIRE),
        migrations.RunSQL(DEDOUBLER, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(RETIRER, migrations.RunSQL.noop),
                migrations.RunSQL(INDEXER, RETIRER),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="inscription",
                    constraint=models.UniqueConstraint(
                        F("etudiant"),
                        F("etablissement"),
                        F("date_debut"),
                        Func("diplome", function="referentiel_cle_diplome", output_field=models.TextField()),
                        name=NOM,
                    ),
                ),
            ],
        ),
    ]
