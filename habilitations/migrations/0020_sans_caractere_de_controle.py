import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("habilitations", "0019_textes_propres"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="compte",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("courriel__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                    models.Q(
                        ("nom__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                    models.Q(
                        ("prenom__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                ),
                name="compte_sans_controle",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactdedemande",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("nom__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                    models.Q(
                        ("prenom__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                    models.Q(
                        ("fonction__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                    models.Q(
                        ("courriel__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "telephone__regex",
                            "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]",
                        ),
                        _negated=True,
                    ),
                ),
                name="contact_sans_controle",
            ),
        ),
        migrations.AddConstraint(
            model_name="courriel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("envoye_le__isnull", True), ("abandonne_le__isnull", True), _connector="OR"
                ),
                name="courriel_parti_ou_abandonne",
            ),
        ),
        migrations.AddConstraint(
            model_name="demande",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("intitule__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "demandeur_fonction__regex",
                            "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "demandeur_telephone__regex",
                            "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]",
                        ),
                        _negated=True,
                    ),
                ),
                name="demande_sans_controle",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("nom__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "adresse__regex",
                            "[\\u0001-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]",
                        ),
                        _negated=True,
                    ),
                ),
                name="organisation_sans_controle",
            ),
        ),
        migrations.AddConstraint(
            model_name="adresserefusee",
            constraint=models.CheckConstraint(
                condition=models.Q(("courriel", django.db.models.functions.text.Lower(models.F("courriel")))),
                name="adresse_refusee_minuscule",
            ),
        ),
    ]
