from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Filtre(models.Model):
    """Filters of the list of requests that a person keeps: under a name, or, without one, the last that they used.

    `parametres`: as the address of the list has them. The last used never hold what was typed to search.
    """

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="filtres")
    nom = models.CharField(max_length=60, blank=True)
    parametres = models.CharField(max_length=1000, blank=True)
    garde_le = models.DateTimeField("gardé le", db_default=Now())

    class Meta:
        verbose_name = "filtre"
        ordering = ["nom"]
        constraints = [
            models.UniqueConstraint(name="filtre_unique", fields=["compte", "nom"]),
            models.CheckConstraint(
                name="filtre_sans_recherche",
                condition=~models.Q(nom="") | ~models.Q(parametres__regex=r"(^|&)q="),
            ),
        ]

    def __str__(self) -> str:
        return self.nom
