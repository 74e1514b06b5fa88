from django.db import migrations, models


class Migration(migrations.Migration):
    """What an organisation is: by its legal category, else by what its applicant says."""

    dependencies = [
        ("habilitations", "0038_documents_de_message"),
    ]

    operations = [
        migrations.AddField(
            model_name="demande",
            name="acteur_declare",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=14, verbose_name="acteur déclaré"
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="categorie",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=4, verbose_name="catégorie juridique"
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("categorie", ""), ("categorie__regex", "^[0-9]{4}$"), _connector="OR"),
                name="organisation_categorie_bien_formee",
            ),
        ),
    ]
