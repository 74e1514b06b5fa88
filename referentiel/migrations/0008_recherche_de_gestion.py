from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

CLES = """
ALTER TABLE referentiel_etudiant
    ALTER COLUMN cle_nom TYPE text COLLATE {0}, ALTER COLUMN cle_prenom TYPE text COLLATE {0}
"""


def cle(colonne: str, fonction: str) -> models.GeneratedField:
    return models.GeneratedField(
        expression=models.Func(colonne, function=fonction),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )


class Migration(migrations.Migration):
    """Names looked for by their beginning, records listed by deposit, withdrawn records found: each by its index."""

    dependencies = [("referentiel", "0007_couverture_detaillee")]

    operations = [
        migrations.RemoveIndex(model_name="etudiant", name="etudiant_identite"),
        # Django does not change a generated column, which PostgreSQL does.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CLES.format('"C"'), CLES.format('"default"')),
            ],
            state_operations=[
                migrations.RemoveField("etudiant", "cle_nom"),
                migrations.RemoveField("etudiant", "cle_prenom"),
                migrations.AddField("etudiant", "cle_nom", cle("nom_naissance", "referentiel_cle_nom")),
                migrations.AddField("etudiant", "cle_prenom", cle("prenoms", "referentiel_cle_prenom")),
            ],
        ),
        migrations.AddIndex(
            "etudiant",
            models.Index(fields=["cle_nom", "date_naissance", "cle_prenom"], name="etudiant_identite"),
        ),
        migrations.AddIndex(
            "inscription",
            models.Index(
                fields=["lot", "-id"], name="inscription_lot", condition=models.Q(lot__isnull=False)
            ),
        ),
        migrations.AlterField(
            "inscription",
            "lot",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=models.SET_NULL,
                related_name="inscriptions",
                to="referentiel.lot",
                verbose_name="dépôt d'origine",
            ),
        ),
        migrations.AddIndex(
            "historique",
            models.Index(
                Cast(KeyTextTransform("etudiant_id", "avant"), models.BigIntegerField()),
                name="historique_retraits",
                condition=models.Q(objet="inscription", operation="suppression"),
            ),
        ),
    ]
