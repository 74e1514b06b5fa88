from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"

DEFAIRE_ECHANGE = """
DROP TABLE referentiel_echange;
DROP SEQUENCE referentiel_echange_id_seq;
DROP FUNCTION referentiel_echange_preparer;
"""
DEFAIRE_HISTORIQUE = """
ALTER TABLE referentiel_inscription
    DROP CONSTRAINT inscription_etudiant_du_meme_monde,
    DROP CONSTRAINT inscription_etablissement_du_meme_monde;
DROP FUNCTION referentiel_historiser CASCADE;
DROP FUNCTION referentiel_refuser_reecriture CASCADE;
"""


class Migration(migrations.Migration):
    """What the database keeps by itself: history of changes, exchange journal, worlds that do not mix."""

    dependencies = [("referentiel", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "historique.sql").read_text(), DEFAIRE_HISTORIQUE),
        migrations.RunSQL((SQL / "echange.sql").read_text(), DEFAIRE_ECHANGE),
    ]
