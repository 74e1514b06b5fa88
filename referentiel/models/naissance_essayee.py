from django.contrib.postgres.fields import ArrayField
from django.db import models


class NaissanceEssayee(models.Model):
    """The birth dates that were refused today for a student's INE, by who sent them, whichever the door.

    They would otherwise tell the right one, in the end, to who tries them all. Forgotten the next day
    (`referentiel.ecriture.naissances`). The student is no foreign key: who is merged or withdrawn need not wait for it.
    """

    etudiant_id = models.BigIntegerField("étudiant")
    #: `siren:…` or `uai:…` of the establishment, and `jeton:…` or `compte:…`: each try is kept under both.
    sujet = models.CharField("expéditeur", max_length=40)
    jour = models.DateField()
    dates = ArrayField(models.DateField(), verbose_name="dates de naissance refusées")

    class Meta:
        verbose_name = "date de naissance essayée"
        verbose_name_plural = "dates de naissance essayées"
        constraints = [
            models.UniqueConstraint(
                name="naissance_essayee_par_expediteur", fields=["etudiant_id", "sujet", "jour"]
            )
        ]


class Introuvables(models.Model):
    """How many students whom nobody is a sender has asked for today (`referentiel.ecriture.introuvables`)."""

    sujet = models.CharField("expéditeur", max_length=40)
    jour = models.DateField()
    nombre = models.IntegerField()

    class Meta:
        verbose_name = "étudiants introuvables du jour"
        constraints = [models.UniqueConstraint(name="introuvables_du_jour", fields=["sujet", "jour"])]
