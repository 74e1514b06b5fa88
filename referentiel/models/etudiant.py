from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.db.models.functions import Now

from referentiel.communes import reference
from referentiel.droits import Droits
from referentiel.identifiants import MOTIF_INE, MOTIF_LIEU_NAISSANCE
from referentiel.lieux import nom_du_lieu
from referentiel.nomenclatures import Precision, Sexe

INCONNU = "non renseigné"


def nommer_le_lieu(code: str) -> str:
    """Its name today, or why it has none: never nothing."""
    return nom_du_lieu(code, reference()) or ("à l'étranger" if code.startswith("99") else "commune inconnue")


def dire_le_lieu(code: str | None) -> str:
    """A place of birth or of studies as the pages show it: its code, and its name today."""
    if not code:
        return INCONNU
    return f"{code}, {nommer_le_lieu(code)}"


class EtudiantQuerySet(models.QuerySet["Etudiant"]):
    def visibles_par(self, droits: Droits) -> "EtudiantQuerySet":
        """Those who have a record in one of this person's establishments, in the establishments' admin."""
        reels = self.filter(fictif=False)
        if droits.etablissements is None:
            return reels
        inscriptions = apps.get_model("referentiel", "Inscription").objects
        return reels.filter(
            Exists(inscriptions.filter(etudiant=OuterRef("pk"), etablissement__in=droits.etablissements))
        )


class Etudiant(models.Model):
    """A person registered in higher education.

    The `cle_…` columns are computed by the database (SQL functions of the migrations, the only place where the
    normal form of names is written), so that no door can forget them; `referentiel.recherche` searches by them. Their
    collation is C, whatever the database's: one index then serves equality, the beginning of a name, and the order.
    """

    ine = models.CharField("INE", max_length=11)
    nom_naissance = models.CharField("nom de naissance", max_length=100)
    prenoms = ArrayField(models.CharField(max_length=100), verbose_name="prénoms", blank=True)
    sexe = models.CharField(max_length=1, choices=Sexe, null=True, blank=True)  # noqa: DJ001 (null: unknown)
    date_naissance = models.DateField("date de naissance")
    precision_naissance = models.CharField(
        "précision de la date de naissance",
        max_length=5,
        choices=Precision,
        default=Precision.JOUR,
        db_default=Precision.JOUR,
    )
    lieu_naissance = models.CharField(  # noqa: DJ001 (null: unknown)
        "lieu de naissance (COG)", max_length=5, null=True, blank=True
    )
    identite_verifiee = models.BooleanField("identité vérifiée", default=False, db_default=False)
    #: The establishment that sent the identity, by its internal number: alone to know the student, it may correct it.
    identite_de = models.BigIntegerField("identité envoyée par", null=True, blank=True, editable=False)
    fictif = models.BooleanField("fictif (bac à sable)", default=False, db_default=False, editable=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True, db_default=Now())
    modifie_le = models.DateTimeField("modifié le", auto_now=True, db_default=Now())

    cle_nom = models.GeneratedField(
        expression=Func("nom_naissance", function="referentiel_cle_nom"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    cle_prenom = models.GeneratedField(
        expression=Func("prenoms", function="referentiel_cle_prenom"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = EtudiantQuerySet.as_manager()

    class Meta:
        verbose_name = "étudiant"
        constraints = [
            # The sandbox is another world: one of its fictitious INE may be someone's real INE.
            models.UniqueConstraint(name="etudiant_ine_unique", fields=["ine", "fictif"]),
            models.UniqueConstraint(name="etudiant_monde", fields=["id", "fictif"]),
            models.CheckConstraint(name="etudiant_ine_d_une_forme", condition=Q(ine__regex=MOTIF_INE)),
            models.CheckConstraint(
                name="etudiant_sexe_connu", condition=Q(sexe__isnull=True) | Q(sexe__in=Sexe.values)
            ),
            models.CheckConstraint(
                name="etudiant_lieu_d_une_forme",
                condition=Q(lieu_naissance__isnull=True) | Q(lieu_naissance__regex=MOTIF_LIEU_NAISSANCE),
            ),
            models.CheckConstraint(name="etudiant_nomme", condition=Q(nom_naissance__regex=r"\S")),
            # None: some people have a single name.
            models.CheckConstraint(name="etudiant_vingt_prenoms", condition=Q(prenoms__len__lte=20)),
            models.CheckConstraint(
                name="etudiant_naissance_plausible", condition=Q(date_naissance__gte="1900-01-01")
            ),
            models.CheckConstraint(
                name="etudiant_precision_connue", condition=Q(precision_naissance__in=Precision.values)
            ),
            # A presumed date is stored at the first day of the period that is known.
            models.CheckConstraint(
                name="etudiant_naissance_presumee_au_premier_jour",
                condition=Q(precision_naissance=Precision.JOUR)
                | Q(precision_naissance=Precision.MOIS, date_naissance__day=1)
                | Q(precision_naissance=Precision.ANNEE, date_naissance__day=1, date_naissance__month=1),
            ),
        ]
        indexes = [
            # Name and date leave one student in practice; sexe and place are then read from the row. The first name is
            # there for the admin, which searches by the beginning of a frequent name too.
            models.Index(name="etudiant_identite", fields=["cle_nom", "date_naissance", "cle_prenom"]),
        ]

    @property
    def ine_masque(self) -> str:
        """The INE as lists show it: its last three characters only."""
        return f"{'•' * 8}{self.ine[-3:]}"

    @property
    def nom_complet(self) -> str:
        """First given name, if any, and birth name, for titles."""
        return f"{self.prenom} {self.nom_naissance}".strip()

    @property
    def prenom(self) -> str:
        """The first given name; empty for who has a single name."""
        return self.prenoms[0] if self.prenoms else ""

    def naissance(self) -> str:
        """The birth date, as far as it is known."""
        jour = self.date_naissance
        return {
            Precision.JOUR: f"{jour:%d/%m/%Y}",
            Precision.MOIS: f"{jour:%m/%Y} (jour inconnu)",
            Precision.ANNEE: f"{jour:%Y} (jour et mois inconnus)",
        }[Precision(self.precision_naissance)]

    def etat_civil(self) -> list[tuple[str, str]]:
        """The identity as the pages show it: label and value, always the same fields in the same order."""
        return [
            ("Nom de naissance", self.nom_naissance),
            ("Prénoms", ", ".join(self.prenoms) or "aucun"),
            ("Sexe", self.get_sexe_display() or INCONNU),
            ("Date de naissance", self.naissance()),
            ("Lieu de naissance", dire_le_lieu(self.lieu_naissance)),
        ]
