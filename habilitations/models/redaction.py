from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Redaction(models.Model):
    """That a person wrote in a step of a request's form: they never decide on it. Kept for ever (trigger); only the
    last time that they wrote moves.

    `au_nom_de`: the administrator who wrote in the person's place; who stands in for a person is bound as they are.
    """

    demande = models.ForeignKey("habilitations.Demande", on_delete=models.PROTECT, related_name="redactions")
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    au_nom_de = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    etape = models.CharField("étape", max_length=20)
    premiere_le = models.DateTimeField(db_default=Now())
    derniere_le = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "rédaction"
        constraints = [
            models.UniqueConstraint(
                name="redaction_unique",
                fields=["demande", "compte", "au_nom_de", "etape"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"Rédaction {self.pk}"
