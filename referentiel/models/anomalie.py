from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from referentiel.droits import Droits


class AnomalieQuerySet(models.QuerySet["Anomalie"]):
    def ouvertes(self) -> "AnomalieQuerySet":
        return self.filter(traitee_le__isnull=True)

    def visibles_par(self, droits: Droits) -> "AnomalieQuerySet":
        """Those that this person's establishments raised; the ministry alone handles them."""
        reelles = self.filter(etudiant__fictif=False)
        if droits.etablissements is None:
            return reelles
        return reelles.filter(etablissement__in=droits.etablissements)


class Anomalie(models.Model):
    """Something a deposit shows that the ministry should look at: today, another name for a known INE."""

    class Type(models.TextChoices):
        NOM_DIFFERENT = "nom_different", "Nom différent pour un INE connu"

    type = models.CharField(max_length=20, choices=Type)
    etudiant = models.ForeignKey(
        "referentiel.Etudiant", verbose_name="étudiant", on_delete=models.CASCADE, related_name="anomalies"
    )
    etablissement = models.ForeignKey(
        "referentiel.Etablissement",
        verbose_name="établissement",
        on_delete=models.PROTECT,
        related_name="anomalies",
    )
    recu = models.JSONField("identité reçue")
    cle = models.TextField("forme normale de l'identité reçue")
    lot = models.ForeignKey(
        "referentiel.Lot", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signalee_le = models.DateTimeField("signalée le", auto_now_add=True, db_default=Now())
    traitee_le = models.DateTimeField("traitée le", null=True, blank=True)
    conclusion = models.TextField(blank=True, db_default="")

    objects = AnomalieQuerySet.as_manager()

    class Meta:
        verbose_name = "anomalie"
        constraints = [
            # The same establishment sending the same other name again raises nothing new while the first is open.
            models.UniqueConstraint(
                name="anomalie_ouverte_unique",
                fields=["etudiant", "etablissement", "type", "cle"],
                condition=Q(traitee_le__isnull=True),
            )
        ]
