from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"

DEFAIRE = """
DROP TRIGGER anomalie_close_immuable ON referentiel_anomalie;
DROP FUNCTION referentiel_refuser_ine_remplace CASCADE;
DROP FUNCTION referentiel_refuser_ine_porte CASCADE;
"""


class Migration(migrations.Migration):
    """Merges of students and what is remembered of them, possible duplicates, conclusions of anomalies, INES."""

    dependencies = [
        ("referentiel", "0008_recherche_de_gestion"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConnecteurInes",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "bail_jusqua",
                    models.DateTimeField(blank=True, null=True, verbose_name="pris en charge jusqu'à"),
                ),
                ("echecs", models.IntegerField(db_default=0, default=0, verbose_name="échecs de suite")),
                ("reprise_le", models.DateTimeField(blank=True, null=True, verbose_name="pas d'appel avant")),
                (
                    "derniere_reponse",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernière réponse"),
                ),
                ("dernier_echec", models.DateTimeField(blank=True, null=True, verbose_name="dernier échec")),
                (
                    "motif",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("jeton", "Jeton d'accès refusé"),
                            ("injoignable", "Service injoignable"),
                            ("lent", "Service trop lent à répondre"),
                            ("quota", "Trop d'appels"),
                            ("erreur", "Erreur du service"),
                            ("inattendue", "Réponse imprévue"),
                        ],
                        db_default="",
                        default="",
                        max_length=11,
                        verbose_name="motif du dernier échec",
                    ),
                ),
                (
                    "curseur",
                    models.BigIntegerField(db_default=0, default=0, verbose_name="dernier étudiant demandé"),
                ),
                ("tour_le", models.DateTimeField(blank=True, null=True, verbose_name="début du tour")),
                ("comptees_le", models.DateTimeField(blank=True, null=True, verbose_name="comptées le")),
                (
                    "verifiees",
                    models.BigIntegerField(db_default=0, default=0, verbose_name="identités vérifiées"),
                ),
                (
                    "a_verifier",
                    models.BigIntegerField(db_default=0, default=0, verbose_name="identités à vérifier"),
                ),
                (
                    "refusees",
                    models.BigIntegerField(db_default=0, default=0, verbose_name="identités non reconnues"),
                ),
            ],
            options={
                "verbose_name": "connecteur INES",
            },
        ),
        migrations.CreateModel(
            name="DoublonPossible",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "signale_le",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="signalé le"
                    ),
                ),
                ("ecarte_le", models.DateTimeField(blank=True, null=True, verbose_name="écarté le")),
                (
                    "ecarte_par",
                    models.TextField(blank=True, db_default="", default="", verbose_name="écarté par"),
                ),
                ("motif", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "verbose_name": "doublon possible",
                "verbose_name_plural": "doublons possibles",
            },
        ),
        migrations.CreateModel(
            name="IneRemplace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ancien_ine", models.CharField(max_length=11, verbose_name="ancien INE")),
                (
                    "fictif",
                    models.BooleanField(
                        db_default=False, default=False, editable=False, verbose_name="fictif (bac à sable)"
                    ),
                ),
                (
                    "ancien_etudiant_id",
                    models.BigIntegerField(
                        unique=True, verbose_name="identifiant interne de l'étudiant supprimé"
                    ),
                ),
                (
                    "date_naissance",
                    models.DateField(
                        help_text="Acceptée avec l'ancien INE : c'est celle que les établissements envoient.",
                        verbose_name="date de naissance de l'étudiant supprimé",
                    ),
                ),
                ("motif", models.TextField()),
                ("auteur", models.TextField(verbose_name="fusionné par")),
                (
                    "remplace_le",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="fusionné le"
                    ),
                ),
            ],
            options={
                "verbose_name": "INE remplacé",
                "verbose_name_plural": "INE remplacés",
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "etudiant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="verification",
                        serialize=False,
                        to="referentiel.etudiant",
                        verbose_name="étudiant",
                    ),
                ),
                (
                    "etat",
                    models.CharField(
                        choices=[("refusee", "Non reconnue par l'INES"), ("a_reprendre", "À redemander")],
                        max_length=11,
                        verbose_name="état",
                    ),
                ),
                ("essais", models.IntegerField()),
                ("dernier_essai", models.DateTimeField(verbose_name="dernier essai")),
                ("prochain_essai", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "vérification d'identité",
                "verbose_name_plural": "vérifications d'identité",
            },
        ),
        migrations.AddField(
            model_name="anomalie",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("garder", "Identité gardée"),
                    ("corriger", "Identité corrigée"),
                    ("fusionner", "Étudiants fusionnés"),
                ],
                db_default="",
                default="",
                max_length=9,
                verbose_name="décision",
            ),
        ),
        migrations.AddField(
            model_name="anomalie",
            name="traitee_par",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="traitée par"),
        ),
        migrations.AlterField(
            model_name="anomalie",
            name="conclusion",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AlterField(
            model_name="anomalie",
            name="etablissement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="anomalies",
                to="referentiel.etablissement",
                verbose_name="établissement",
            ),
        ),
        migrations.AlterField(
            model_name="anomalie",
            name="type",
            field=models.CharField(
                choices=[
                    ("nom_different", "Nom différent pour un INE connu"),
                    ("identite_refusee", "Identité non reconnue par l'INES"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="anomalie",
            index=models.Index(
                condition=models.Q(("traitee_le__isnull", True)),
                fields=["signalee_le", "id"],
                name="anomalie_ouverte",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomalie",
            constraint=models.UniqueConstraint(
                condition=models.Q(("etablissement__isnull", True), ("traitee_le__isnull", True)),
                fields=("etudiant", "type", "cle"),
                name="anomalie_ouverte_unique_sans_etablissement",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomalie",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("etablissement__isnull", False), ("type", "nom_different")),
                    models.Q(("etablissement__isnull", True), ("type", "identite_refusee")),
                    _connector="OR",
                ),
                name="anomalie_de_quelqu_un",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomalie",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("conclusion", ""),
                        ("decision", ""),
                        ("traitee_le__isnull", True),
                        ("traitee_par", ""),
                    ),
                    models.Q(
                        ("decision__in", ["garder", "corriger", "fusionner"]),
                        ("traitee_le__isnull", False),
                        models.Q(("traitee_par", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="anomalie_close_decidee",
            ),
        ),
        migrations.AddConstraint(
            model_name="connecteurines",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="connecteur_ines_unique"),
        ),
        migrations.AddField(
            model_name="doublonpossible",
            name="premier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="referentiel.etudiant",
                verbose_name="étudiant",
            ),
        ),
        migrations.AddField(
            model_name="doublonpossible",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="referentiel.etudiant",
                verbose_name="autre étudiant",
            ),
        ),
        migrations.AddField(
            model_name="ineremplace",
            name="etudiant",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ine_remplaces",
                to="referentiel.etudiant",
                verbose_name="étudiant gardé",
            ),
        ),
        migrations.AddIndex(
            model_name="verification",
            index=models.Index(
                condition=models.Q(("etat", "a_reprendre")),
                fields=["prochain_essai"],
                name="verification_a_reprendre",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("etat", "refusee"), ("prochain_essai__isnull", True)),
                    models.Q(("etat", "a_reprendre"), ("prochain_essai__isnull", False)),
                    _connector="OR",
                ),
                name="verification_reprise_prevue",
            ),
        ),
        migrations.AddIndex(
            model_name="doublonpossible",
            index=models.Index(
                condition=models.Q(("ecarte_le__isnull", True)),
                fields=["signale_le", "id"],
                name="doublon_possible_a_voir",
            ),
        ),
        migrations.AddConstraint(
            model_name="doublonpossible",
            constraint=models.CheckConstraint(
                condition=models.Q(("premier_id__lt", models.F("second_id"))), name="doublon_possible_ordonne"
            ),
        ),
        migrations.AddConstraint(
            model_name="doublonpossible",
            constraint=models.UniqueConstraint(fields=("premier", "second"), name="doublon_possible_unique"),
        ),
        migrations.AddConstraint(
            model_name="doublonpossible",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ecarte_le__isnull", True), ("ecarte_par", ""), ("motif", "")),
                    models.Q(
                        ("ecarte_le__isnull", False),
                        models.Q(("ecarte_par", ""), _negated=True),
                        models.Q(("motif", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="doublon_possible_ecarte_par",
            ),
        ),
        migrations.AddConstraint(
            model_name="ineremplace",
            constraint=models.UniqueConstraint(fields=("ancien_ine", "fictif"), name="ine_remplace_unique"),
        ),
        migrations.AddConstraint(
            model_name="ineremplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("motif", ""), _negated=True), models.Q(("auteur", ""), _negated=True)
                ),
                name="ine_remplace_motive",
            ),
        ),
        migrations.RunSQL((SQL / "fusion.sql").read_text(), DEFAIRE),
    ]
