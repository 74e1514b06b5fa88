from django.db import migrations

#: Table → what its key is made of (`models.recherche`), and a column of it.
COLONNES = {
    "compte": ("prenom || ' ' || nom || ' ' || courriel", "nom"),
    "demande": ("intitule", "intitule"),
    "habilitation": ("intitule", "intitule"),
    "organisation": ("nom", "nom"),
}


class Migration(migrations.Migration):
    """The keys of the lists' searches, in the normal form that folds letters without decomposition.

    A generated column is computed when a column that it depends on is written: those of rows older than that form are
    computed again. The tables are small (tens of thousands of rows at most), and the rows concerned few.
    """

    dependencies = [("habilitations", "0032_formes_de_jeton"), ("referentiel", "0018_noms_plies")]

    operations = [
        migrations.RunSQL(
            [
                f"UPDATE habilitations_{table} SET {colonne} = {colonne} "  # noqa: S608
                f"WHERE cle_recherche IS DISTINCT FROM referentiel_normaliser({expression})"
                for table, (expression, colonne) in COLONNES.items()
            ],
            migrations.RunSQL.noop,
        )
    ]
