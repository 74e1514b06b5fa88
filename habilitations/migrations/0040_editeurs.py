import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import habilitations.models.jeton

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Software editors, their tokens, and what administrations delegate to them."""

    dependencies = [
        ("habilitations", "0039_nature_des_organisations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Editeur",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "designe_le",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="désigné le"
                    ),
                ),
                ("motif", models.CharField(max_length=500, verbose_name="motif")),
                ("retire_le", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "motif_retrait",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="motif du retrait"),
                ),
                (
                    "designe_par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designations",
                        to="habilitations.organisation",
                    ),
                ),
                (
                    "retire_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "éditeur",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cle",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="identifiant"
                    ),
                ),
                (
                    "adresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=habilitations.models.jeton.CidrField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="adresses IP autorisées",
                    ),
                ),
                (
                    "donnee_le",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="donnée le"
                    ),
                ),
                ("reprise_le", models.DateTimeField(blank=True, null=True, verbose_name="reprise le")),
                (
                    "donnee_par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "habilitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="habilitations.habilitation",
                    ),
                ),
                (
                    "reprise_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "editeur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="habilitations.editeur",
                    ),
                ),
            ],
            options={
                "verbose_name": "délégation",
                "ordering": ["-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="jeton",
            name="jeton_habilite",
        ),
        migrations.RemoveConstraint(
            model_name="jeton",
            name="jeton_type_connu",
        ),
        migrations.RemoveConstraint(
            model_name="jeton",
            name="jeton_lecture_ou_ecriture",
        ),
        migrations.AlterField(
            model_name="jeton",
            name="type",
            field=models.CharField(
                choices=[
                    ("l", "Lecture"),
                    ("e", "Écriture"),
                    ("t", "Bac à sable"),
                    ("b", "Bouquet d'API"),
                    ("d", "Éditeur"),
                ],
                max_length=1,
            ),
        ),
        migrations.AddField(
            model_name="jeton",
            name="editeur",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="jetons",
                to="habilitations.editeur",
            ),
        ),
        migrations.AddConstraint(
            model_name="jeton",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["l", "e", "t", "b", "d"])), name="jeton_type_connu"
            ),
        ),
        migrations.AddConstraint(
            model_name="jeton",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("habilitation__isnull", False), ("type__in", ["t", "d"]), _connector="OR"
                ),
                name="jeton_habilite",
            ),
        ),
        migrations.AddConstraint(
            model_name="jeton",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("editeur__isnull", False), ("habilitation__isnull", True), ("type", "d")),
                    models.Q(models.Q(("type", "d"), _negated=True), ("editeur__isnull", True)),
                    _connector="OR",
                ),
                name="jeton_d_editeur",
            ),
        ),
        migrations.AddConstraint(
            model_name="jeton",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("type", "l"), ("uais", [])),
                    models.Q(("scopes", []), ("type", "e")),
                    models.Q(("scopes", []), ("type__in", ["b", "d"]), ("uais", [])),
                    ("type", "t"),
                    _connector="OR",
                ),
                name="jeton_lecture_ou_ecriture",
            ),
        ),
        migrations.AddConstraint(
            model_name="editeur",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retire_le__isnull", True)),
                fields=("organisation",),
                name="editeur_actif_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="editeur",
            constraint=models.CheckConstraint(
                condition=models.Q(("motif__regex", "\\S")), name="editeur_motive"
            ),
        ),
        migrations.AddConstraint(
            model_name="editeur",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("motif_retrait", ""), ("retire_le__isnull", True), ("retire_par__isnull", True)
                    ),
                    models.Q(
                        ("motif_retrait__regex", "\\S"),
                        ("retire_le__isnull", False),
                        ("retire_par__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="editeur_retrait_motive",
            ),
        ),
        migrations.AddConstraint(
            model_name="editeur",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("motif__regex", "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]"),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "motif_retrait__regex",
                            "[\\u0001-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069]",
                        ),
                        _negated=True,
                    ),
                ),
                name="editeur_sans_controle",
            ),
        ),
        migrations.AddIndex(
            model_name="delegation",
            index=models.Index(
                condition=models.Q(("reprise_le__isnull", True)),
                fields=["editeur", "id"],
                name="delegation_de_l_editeur",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reprise_le__isnull", True)),
                fields=("habilitation", "editeur"),
                name="delegation_en_cours_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reprise_par__isnull", True), ("reprise_le__isnull", False), _connector="OR"
                ),
                name="delegation_reprise_datee",
            ),
        ),
        migrations.AlterField(
            model_name="journalacces",
            name="genre",
            field=models.CharField(
                choices=[
                    ("connexion", "Connexion"),
                    ("role_donne", "Rôle donné"),
                    ("role_retire", "Rôle retiré"),
                    ("incarnation_debut", "Début d'incarnation"),
                    ("incarnation_fin", "Fin d'incarnation"),
                    ("mot_de_passe", "Mot de passe changé"),
                    ("courriel", "Adresse e-mail changée"),
                    ("second_facteur", "Second facteur activé"),
                    ("second_facteur_retire", "Second facteur retiré"),
                    ("codes_de_secours", "Codes de secours renouvelés"),
                    ("proconnect", "Compte relié à ProConnect"),
                    ("rattachement", "Organisation ajoutée"),
                    ("rattachement_retire", "Organisation retirée"),
                    ("rattachement_perime", "Organisation à vérifier de nouveau"),
                    ("gestion_donnee", "Établissement confié"),
                    ("gestion_retiree", "Établissement repris"),
                    ("courriel_renvoye", "Courriel renvoyé"),
                    ("compte_ferme", "Compte fermé"),
                    ("compte_rouvert", "Compte rouvert"),
                    ("session_fermee", "Session fermée à distance"),
                    ("editeur_designe", "Éditeur désigné"),
                    ("editeur_retire", "Éditeur retiré"),
                    ("jeton_d_editeur", "Jeton d'éditeur"),
                    ("jeton_rendu", "Jeton suspendu rendu"),
                ],
                max_length=21,
            ),
        ),
        migrations.RunSQL(
            (SQL / "delegations.sql").read_text(), (SQL / "delegations_defaire.sql").read_text()
        ),
    ]
