from django.contrib.postgres.fields import ArrayField
from django.db import models

from referentiel.identifiants import MOTIF_CODE_LIEU


class Commune(models.Model):
    """One code of the Code officiel géographique, present or past: the file shipped with the product, and additions."""

    class Type(models.TextChoices):
        ACTUELLE = "actuelle", "Commune"
        ARRONDISSEMENT = "arrondissement", "Arrondissement municipal"
        ANCIENNE = "ancienne", "Ancienne commune"

    code = models.CharField("code COG", max_length=5, primary_key=True)
    nom = models.CharField(max_length=100)
    type = models.CharField(max_length=14, choices=Type)
    departement = models.CharField("département", max_length=3)
    academie = models.CharField("académie", max_length=40, blank=True)
    code_actuel = models.CharField("commune actuelle", max_length=5, blank=True)
    codes_postaux = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    #: Added or corrected by the ministry (`referentiel.complements`); null: as in the file shipped with the product.
    ajoutee_le = models.DateTimeField("ajoutée ou corrigée le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "commune"
        constraints = [
            models.CheckConstraint(
                name="commune_code_bien_forme", condition=models.Q(code__regex=MOTIF_CODE_LIEU)
            ),
        ]
        indexes = [
            models.Index(
                name="commune_ajoutee", fields=["ajoutee_le"], condition=models.Q(ajoutee_le__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"
