import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class RechercheAuJournal(models.Model):
    """That the ministry's data protection officer looked something up in the exchange journal, and why.

    Append-only (trigger). Also what a page of results is found by: its address holds this row's key and nothing else.
    Students are known by their internal identifiers; no INE, name or birth date is kept.
    """

    class Genre(models.TextChoices):
        ETUDIANT = "etudiant", "Échanges sur un étudiant"
        JETON = "jeton", "Échanges d'un jeton"
        HABILITATION = "habilitation", "Échanges d'une habilitation"
        PERIODE = "periode", "Échanges d'une période"
        VIOLATION = "violation", "Liste des personnes atteintes"
        PERSONNE = "personne", "Copie des données d'une personne"

    cle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    genre = models.CharField(max_length=12, choices=Genre)
    motif = models.TextField(max_length=1000)
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    auteur = models.CharField(max_length=255)
    #: All the internal identifiers of the student: of those who were merged into them too.
    etudiants = ArrayField(models.BigIntegerField(), default=list)
    jeton_id = models.BigIntegerField(null=True)
    habilitation_id = models.BigIntegerField(null=True)
    debut = models.DateTimeField("début")
    fin = models.DateTimeField()
    instant = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "recherche au journal"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="recherche_motivee", condition=Q(motif__regex=r"\S")),
            models.CheckConstraint(name="recherche_bornee", condition=Q(debut__lt=models.F("fin"))),
        ]
