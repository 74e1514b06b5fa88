import datetime
from collections.abc import Mapping

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone


class Alerte(models.Model):
    """A use of the service that the ministry's data protection officer should look at. Nothing personal in it.

    `sujet` says whose use: `jeton:7`, `compte:3`, `siren:130025265`, `uai:0311384L`. One a day of each genre, whatever
    the number of times it is raised; `mesures` are the figures of the last one.
    """

    class Genre(models.TextChoices):
        VOLUME = "volume", "Volume inhabituel"
        INTROUVABLES = "introuvables", "Beaucoup d'étudiants introuvables"
        SUITE = "suite", "INE demandés les uns à la suite des autres"

    genre = models.CharField(max_length=12, choices=Genre)
    sujet = models.CharField(max_length=40)
    jour = models.DateField()
    mesures = models.JSONField(default=dict)
    levee_le = models.DateTimeField("levée le", db_default=Now())
    #: The mails about it are in the outbox.
    annoncee_le = models.DateTimeField("annoncée le", null=True, blank=True)
    vue_le = models.DateTimeField("vue le", null=True, blank=True)
    vue_par = models.CharField("vue par", max_length=255, blank=True)

    class Meta:
        verbose_name = "alerte"
        ordering = ["-levee_le", "-pk"]
        constraints = [models.UniqueConstraint(name="alerte_du_jour", fields=["genre", "sujet", "jour"])]
        indexes = [models.Index(name="alerte_a_voir", fields=["levee_le"], condition=Q(vue_le__isnull=True))]

    @classmethod
    def lever(
        cls,
        genre: "Alerte.Genre",
        sujet: str,
        mesures: Mapping[str, object],
        *,
        jour: datetime.date | None = None,
    ) -> bool:
        """Raise it; False when it was raised already that day, its figures being then brought up to date."""
        alerte, nouvelle = cls.objects.get_or_create(
            genre=genre, sujet=sujet, jour=jour or timezone.localdate(), defaults={"mesures": dict(mesures)}
        )
        if not nouvelle:
            cls.objects.filter(pk=alerte.pk).update(mesures=dict(mesures))
        return nouvelle
