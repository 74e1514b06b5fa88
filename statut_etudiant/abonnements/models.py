from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now


class Abonnement(models.Model):
    """An address that asked for the news. It is sent nothing but a link before that link has proved it."""

    courriel = models.EmailField("adresse e-mail", max_length=254, unique=True)
    #: SHA-256 of the secret of the link that was sent; empty once it has served.
    empreinte = models.BinaryField(max_length=32, null=True, unique=True)
    demande_le = models.DateTimeField("demandé le", db_default=Now())
    confirme_le = models.DateTimeField("confirmé le", null=True, blank=True)

    class Meta:
        verbose_name = "abonnement"
        constraints = [
            models.CheckConstraint(name="abonnement_minuscule", condition=Q(courriel=Lower(F("courriel")))),
            models.CheckConstraint(
                name="abonnement_a_confirmer_ou_confirme",
                condition=Q(confirme_le__isnull=True, empreinte__isnull=False)
                | Q(confirme_le__isnull=False, empreinte__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Abonnement {self.pk}"


class NouveauteAnnoncee(models.Model):
    """A piece of news that was mailed: it is not again, however long the outbox remembers."""

    cle = models.CharField("clé", max_length=100, primary_key=True)
    annoncee_le = models.DateTimeField("annoncée le", db_default=Now())

    class Meta:
        verbose_name = "nouveauté annoncée"
        verbose_name_plural = "nouveautés annoncées"

    def __str__(self) -> str:
        return self.cle
