from django.contrib.postgres.fields import ArrayField
from django.db import models

from referentiel.identifiants import MOTIF_CODE_LIEU


class Commune(models.Model):
    """One code of the Code officiel géographique, present or past. Loaded from the file shipped with the product."""

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

    class Meta:
        verbose_name = "commune"
        constraints = [
            models.CheckConstraint(
                name="commune_code_bien_forme", condition=models.Q(code__regex=MOTIF_CODE_LIEU)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"
