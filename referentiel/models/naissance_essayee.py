from django.contrib.postgres.fields import ArrayField
from django.db import models


class NaissanceEssayee(models.Model):
    """The birth dates that were refused today for a student's INE, whichever door an establishment sent them by.

    They would otherwise tell the right one, in the end, to who tries them all. Forgotten the next day
    (`referentiel.ecriture.naissances`). The student is no foreign key: who is merged or withdrawn need not wait for it.
    """

    etudiant_id = models.BigIntegerField("étudiant")
    etablissement = models.ForeignKey(
        "referentiel.Etablissement",
        verbose_name="établissement",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    jour = models.DateField()
    dates = ArrayField(models.DateField(), verbose_name="dates de naissance refusées")

    class Meta:
        verbose_name = "date de naissance essayée"
        verbose_name_plural = "dates de naissance essayées"
        constraints = [
            models.UniqueConstraint(
                name="naissance_essayee_unique", fields=["etudiant_id", "etablissement", "jour"]
            )
        ]
