from django.db import models


class Couverture(models.Model):
    """How an establishment feeds the referential: a summary, because counting millions of rows takes seconds.

    Only establishments that have sent something have a row; `referentiel.couverture` writes it.
    """

    etablissement = models.OneToOneField(
        "referentiel.Etablissement",
        verbose_name="établissement",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="couverture",
    )
    inscriptions = models.IntegerField("inscriptions de l'année universitaire")
    derniere_confirmation = models.DateTimeField("dernière confirmation")
    calculee_le = models.DateTimeField("calculée le")

    class Meta:
        verbose_name = "couverture"
