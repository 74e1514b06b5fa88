from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from habilitations.models.jeton import SUSPENDU


class Suspension(models.Model):
    """That a token was suspended, why, and who gave it back (`habilitations.jetons.suspension`)."""

    jeton = models.ForeignKey("habilitations.Jeton", on_delete=models.PROTECT, related_name="suspensions")
    motif = models.CharField(max_length=200)
    suspendu_le = models.DateTimeField("suspendu le", db_default=Now())
    levee_le = models.DateTimeField("levée le", null=True, blank=True)
    levee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "suspension de jeton"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="suspension_en_cours_unique", fields=["jeton"], condition=Q(levee_le__isnull=True)
            )
        ]

    @property
    def motif_du_jeton(self) -> str:
        """What its holder reads, and what tells the token from one that was ended meanwhile."""
        return f"{SUSPENDU}{self.motif}."
