from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from referentiel.droits import Droits


class DoublonPossibleQuerySet(models.QuerySet["DoublonPossible"]):
    def visibles_par(self, droits: Droits) -> "DoublonPossibleQuerySet":
        return self if droits.ministere else self.none()


class DoublonPossible(models.Model):
    """Two students of different INE who may be one person; found at night (`referentiel.ecriture.doublons`).

    A pair that the ministry has set aside keeps its row, so that it is not found again.
    """

    premier = models.ForeignKey(
        "referentiel.Etudiant", verbose_name="étudiant", on_delete=models.CASCADE, related_name="+"
    )
    second = models.ForeignKey(
        "referentiel.Etudiant", verbose_name="autre étudiant", on_delete=models.CASCADE, related_name="+"
    )
    signale_le = models.DateTimeField("signalé le", db_default=Now())
    ecarte_le = models.DateTimeField("écarté le", null=True, blank=True)
    ecarte_par = models.TextField("écarté par", blank=True, default="", db_default="")
    motif = models.TextField(blank=True, default="", db_default="")

    objects = DoublonPossibleQuerySet.as_manager()

    class Meta:
        verbose_name = "doublon possible"
        verbose_name_plural = "doublons possibles"
        constraints = [
            models.CheckConstraint(
                name="doublon_possible_ordonne", condition=Q(premier_id__lt=F("second_id"))
            ),
            models.UniqueConstraint(name="doublon_possible_unique", fields=["premier", "second"]),
            models.CheckConstraint(
                name="doublon_possible_ecarte_par",
                condition=Q(ecarte_le__isnull=True, ecarte_par="", motif="")
                | Q(ecarte_le__isnull=False) & ~Q(ecarte_par="") & ~Q(motif=""),
            ),
        ]
        indexes = [
            models.Index(
                name="doublon_possible_a_voir",
                fields=["signale_le", "id"],
                condition=Q(ecarte_le__isnull=True),
            )
        ]
