from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class LienDeJeton(models.Model):
    """A one-time link by which a token is issued and shown. Its secret is only in the mail that carries it."""

    class Motif(models.TextChoices):
        EMISSION = "emission", "Premier jeton"
        ROTATION = "rotation", "Remplacement d'un jeton"

    habilitation = models.ForeignKey(
        "habilitations.Habilitation", on_delete=models.PROTECT, related_name="liens"
    )
    motif = models.CharField(max_length=8, choices=Motif, default=Motif.EMISSION)
    #: Days during which the token replaced stays alive beside the new one.
    chevauchement_jours = models.PositiveSmallIntegerField(default=30)
    empreinte = models.BinaryField(max_length=32, unique=True)
    destinataire = models.EmailField()
    cree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cree_le = models.DateTimeField(db_default=Now())
    expire_le = models.DateTimeField()
    annule_le = models.DateTimeField(null=True, blank=True)
    utilise_le = models.DateTimeField(null=True, blank=True)
    jeton = models.OneToOneField(
        "habilitations.Jeton", on_delete=models.PROTECT, null=True, blank=True, related_name="lien"
    )

    class Meta:
        verbose_name = "lien de retrait de jeton"
        constraints = [
            models.CheckConstraint(
                name="lien_utilise_a_donne_un_jeton",
                condition=Q(utilise_le__isnull=True, jeton__isnull=True)
                | Q(utilise_le__isnull=False, jeton__isnull=False),
            ),
            models.CheckConstraint(
                name="lien_expire_apres_creation", condition=Q(expire_le__gt=F("cree_le"))
            ),
        ]


class Consommation(models.Model):
    """Calls of a token, by day and status: counted by the processes that answer, added up here."""

    jeton = models.ForeignKey("habilitations.Jeton", on_delete=models.CASCADE, related_name="consommations")
    jour = models.DateField()
    statut = models.PositiveSmallIntegerField("statut HTTP")
    appels = models.PositiveIntegerField()

    class Meta:
        verbose_name = "consommation"
        constraints = [
            models.UniqueConstraint(name="consommation_unique", fields=["jeton", "jour", "statut"]),
        ]
