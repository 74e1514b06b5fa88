import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Effacement(models.Model):
    """The ledger of erasures: that somebody asked for one, that it was done, that a restore did it again.

    Append-only (trigger). It names nobody: an erased student is known by a keyed digest of their INE, which finds them
    again in a restored backup (`rejouer_effacements`), and by an internal identifier that leads nowhere any more.
    """

    class Acte(models.TextChoices):
        DEMANDE = "demande", "Demandé"
        FAIT = "fait", "Effacé"
        REFUSE = "refuse", "Impossible"
        REJOUE = "rejoue", "Effacé de nouveau"

    cle = models.UUIDField("dossier", default=uuid.uuid4)
    acte = models.CharField(max_length=7, choices=Acte)
    etudiant_id = models.BigIntegerField("étudiant")
    #: HMAC-SHA-256 of the INE, in hexadecimal (`referentiel.journal.effacements`).
    empreinte = models.CharField(max_length=64)
    motif = models.TextField(max_length=1000)
    auteur = models.CharField("par", max_length=255)
    instant = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "effacement"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="effacement_acte_unique", fields=["cle", "acte"], condition=~Q(acte="rejoue")
            ),
            models.CheckConstraint(name="effacement_motive", condition=Q(motif__regex=r"\S")),
        ]
        indexes = [models.Index(name="effacement_empreinte", fields=["empreinte"])]
