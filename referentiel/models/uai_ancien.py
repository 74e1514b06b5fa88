from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from referentiel.identifiants import MOTIF_UAI


class UaiAncien(models.Model):
    """A UAI that registrars still write, and that leads to the establishment of today: those of merged establishments,
    and the second one of an establishment that the ministry publishes with two."""

    uai = models.CharField("ancien UAI", max_length=8, primary_key=True)
    etablissement = models.ForeignKey(
        "referentiel.Etablissement",
        verbose_name="établissement",
        on_delete=models.CASCADE,
        related_name="anciens_uai",
    )
    cree_le = models.DateTimeField("connu depuis le", auto_now_add=True, db_default=Now())

    class Meta:
        verbose_name = "ancien UAI"
        verbose_name_plural = "anciens UAI"
        constraints = [
            models.CheckConstraint(name="uai_ancien_bien_forme", condition=Q(uai__regex=MOTIF_UAI)),
        ]

    def __str__(self) -> str:
        return self.uai
