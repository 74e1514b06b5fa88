from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Evenement(models.Model):
    """One line of a request's history. Append-only (trigger): who did what, with name and role as they were."""

    demande = models.ForeignKey("habilitations.Demande", on_delete=models.PROTECT, related_name="evenements")
    acte = models.CharField(max_length=40)
    acteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: The administrator who stood in for `acteur`. Whoever does never instructs (trigger).
    au_nom_de = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    acteur_nom = models.CharField(max_length=255)
    acteur_role = models.CharField(max_length=40)
    de = models.CharField(max_length=23)
    vers = models.CharField(max_length=23)
    texte = models.TextField(blank=True)
    #: The form as it was submitted or approved: differences between submissions are read from there.
    instantane = models.JSONField(null=True)
    details = models.JSONField(default=dict)
    instant = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "événement"
        ordering = ["id"]
        indexes = [models.Index(name="evenement_instant", fields=["-instant"])]

    def __str__(self) -> str:
        return f"Événement {self.pk}"


class Message(models.Model):
    """A word between the applicant and the instructors, outside any act."""

    demande = models.ForeignKey("habilitations.Demande", on_delete=models.PROTECT, related_name="messages")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: The administrator who wrote in the author's place.
    au_nom_de = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    du_ministere = models.BooleanField()
    texte = models.TextField(max_length=5000)
    envoye_le = models.DateTimeField(db_default=Now())
    lu_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "message"
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="message_non_vide", condition=Q(texte__regex=r"\S"))]
        indexes = [
            models.Index(
                name="message_non_lu", fields=["demande", "du_ministere"], condition=Q(lu_le__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"


class ModeleDeMessage(models.Model):
    """A ready-made text for a decision, kept by the head of the instructors."""

    class Usage(models.TextChoices):
        MODIFICATIONS = "demander_modifications", "Demande de modifications"
        REFUS = "refuser", "Refus"
        VALIDATION = "valider", "Validation"
        REVOCATION = "revoquer", "Révocation"
        REOUVERTURE_ANNULEE = "annuler_reouverture", "Réouverture annulée"

    usage = models.CharField(max_length=22, choices=Usage)
    titre = models.CharField(max_length=100)
    texte = models.TextField(max_length=5000)
    actif = models.BooleanField(default=True)

    class Meta:
        verbose_name = "modèle de message"
        verbose_name_plural = "modèles de messages"
        ordering = ["usage", "titre"]

    def __str__(self) -> str:
        return self.titre


class Desabonnement(models.Model):
    """A genre of mail that a person does not want (`habilitations.courriels.preferences`)."""

    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desabonnements"
    )
    genre = models.CharField(max_length=60)

    class Meta:
        verbose_name = "désabonnement"
        constraints = [models.UniqueConstraint(name="desabonnement_unique", fields=["compte", "genre"])]
