from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from referentiel.droits import Droits
from referentiel.models.etablissement import Etablissement


class CouvertureQuerySet(models.QuerySet["Couverture"]):
    def visibles_par(self, droits: Droits) -> "CouvertureQuerySet":
        """Those of this person's establishments, in the establishments' admin."""
        if droits.etablissements is None:
            return self
        return self.filter(etablissement__in=droits.etablissements)


class Comptes(models.Model):
    """Records of a university year: what a dashboard shows without counting anything."""

    annee = models.SmallIntegerField("année universitaire (celle de septembre)", default=0, db_default=0)
    inscriptions = models.IntegerField("inscriptions de l'année universitaire")
    repartition = models.JSONField(
        "répartition", default=dict, help_text="statut → régime → nombre d'inscriptions"
    )
    evolution = models.JSONField(
        "évolution",
        default=dict,
        help_text="statut → inscriptions avant septembre, puis à la fin de chaque mois jusqu'à celui du calcul",
    )
    anomalies = models.IntegerField("anomalies ouvertes", default=0, db_default=0)
    derniere_confirmation = models.DateTimeField("dernière confirmation", null=True)
    calculee_le = models.DateTimeField("calculée le")

    class Meta:
        abstract = True


class Couverture(Comptes):
    """How an establishment feeds the referential: a summary, because counting millions of rows takes seconds.

    Only real establishments that have records have a row; `referentiel.pilotage.couverture` writes it.
    """

    etablissement = models.OneToOneField(
        "referentiel.Etablissement",
        verbose_name="établissement",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="couverture",
    )
    derniere_confirmation = models.DateTimeField("dernière confirmation")

    objects = CouvertureQuerySet.as_manager()

    class Meta:
        verbose_name = "couverture"


class EtablissementCouvert(Etablissement):
    """An establishment as the list of coverage shows it, whether or not it has records."""

    class Meta:
        proxy = True
        verbose_name = "établissement suivi"
        verbose_name_plural = "établissements suivis"

    @property
    def vue(self) -> Couverture | None:
        return getattr(self, "couverture", None)

    def compter(self, statut: str) -> int:
        return sum(self.vue.repartition.get(statut, {}).values()) if self.vue else 0


class CouvertureNationale(Comptes):
    """The sum of all establishments: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    etablissements = models.IntegerField("établissements qui déclarent", default=0)
    frais = models.IntegerField("établissements à jour", default=0, db_default=0)
    etudiants = models.IntegerField("étudiants de l'année universitaire", default=0, db_default=0)

    class Meta:
        verbose_name = "couverture nationale"
        constraints = [models.CheckConstraint(name="couverture_nationale_unique", condition=Q(id=1))]


class CouverturePerimee(models.Model):
    """An establishment whose records have changed since they were counted.

    Written by triggers on the inscriptions, whatever the door; a row a statement, never updated, so that writers do
    not wait for each other. `referentiel.pilotage.couverture` takes the rows away.
    """

    etablissement_id = models.BigIntegerField(db_index=True)
    depuis = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "couverture à recalculer"
