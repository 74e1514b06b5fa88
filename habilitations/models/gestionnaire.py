from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone


class GestionnaireQuerySet(models.QuerySet["Gestionnaire"]):
    def actifs(self) -> "GestionnaireQuerySet":
        """Those in force: the others are history, and give no right."""
        return self.filter(retire_le__isnull=True)


class Gestionnaire(models.Model):
    """Who may keep an establishment's records in the establishments' admin. Given and taken away, never deleted: who
    could write for whom stays known."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="gestions")
    etablissement = models.ForeignKey(
        "referentiel.Etablissement", on_delete=models.PROTECT, related_name="gestionnaires"
    )
    habilitation = models.ForeignKey(
        "habilitations.Habilitation", on_delete=models.PROTECT, related_name="gestionnaires"
    )
    ajoute_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cree_le = models.DateTimeField(db_default=Now())
    retire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)

    objects = GestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = "gestionnaire"
        constraints = [
            models.UniqueConstraint(
                name="gestionnaire_actif_unique",
                fields=["compte", "etablissement"],
                condition=Q(retire_le__isnull=True),
            ),
            models.CheckConstraint(
                name="gestionnaire_retrait_date",
                condition=Q(retire_par__isnull=True) | Q(retire_le__isnull=False),
            ),
        ]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def en_attente(self) -> "InvitationQuerySet":
        return self.filter(acceptee_le__isnull=True, annulee_le__isnull=True, expire_le__gt=timezone.now())


class Invitation(models.Model):
    """That the owner of an address may become a manager of establishments, by a one-time link.

    The link's secret is only in the mail that carries it.
    """

    courriel = models.EmailField("adresse e-mail", max_length=254)
    etablissements = models.ManyToManyField("referentiel.Etablissement", related_name="invitations")
    empreinte = models.BinaryField(max_length=32, unique=True)
    invite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations"
    )
    creee_le = models.DateTimeField(db_default=Now())
    expire_le = models.DateTimeField()
    annulee_le = models.DateTimeField(null=True, blank=True)
    acceptee_le = models.DateTimeField(null=True, blank=True)
    acceptee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["-id"]
        indexes = [models.Index(name="invitation_courriel", fields=["courriel"])]
        constraints = [
            models.CheckConstraint(
                name="invitation_courriel_minuscule", condition=Q(courriel=Lower(F("courriel")))
            ),
            models.CheckConstraint(
                name="invitation_acceptee_par_quelqu_un",
                condition=Q(acceptee_le__isnull=True, acceptee_par__isnull=True)
                | Q(acceptee_le__isnull=False, acceptee_par__isnull=False, annulee_le__isnull=True),
            ),
        ]
