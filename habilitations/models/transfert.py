from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from habilitations.models.compte import Compte


class TransfertQuerySet(models.QuerySet["Transfert"]):
    def en_attente(self) -> "TransfertQuerySet":
        return self.filter(issue=Transfert.Issue.EN_ATTENTE)

    def proposes_a(self, compte: Compte) -> "TransfertQuerySet":
        """Those to which this person may still answer."""
        return self.en_attente().filter(vers=compte, expire_le__gt=Now())


class Transfert(models.Model):
    """A request proposed to another applicant, who accepts it or not. Until then the request stays as it is.

    A colleague who takes the request of a departed applicant over proposes it to themselves, and accepts at once.
    """

    class Issue(models.TextChoices):
        EN_ATTENTE = "en_attente", "En attente"
        ACCEPTE = "accepte", "Accepté"
        DECLINE = "decline", "Décliné"
        ANNULE = "annule", "Annulé"
        EXPIRE = "expire", "Resté sans réponse"

    demande = models.ForeignKey("habilitations.Demande", on_delete=models.PROTECT, related_name="transferts")
    de = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    vers = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="transferts_recus"
    )
    propose_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Decided by an administrator: the receiver may be of any organisation.
    par_administration = models.BooleanField(default=False)
    propose_le = models.DateTimeField(db_default=Now())
    expire_le = models.DateTimeField()
    issue = models.CharField(max_length=10, choices=Issue, default=Issue.EN_ATTENTE)
    clos_le = models.DateTimeField(null=True)

    objects = TransfertQuerySet.as_manager()

    class Meta:
        verbose_name = "transfert"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="transfert_un_a_la_fois", fields=["demande"], condition=Q(issue="en_attente")
            ),
            models.CheckConstraint(
                name="transfert_issue_connue",
                condition=Q(issue__in=["en_attente", "accepte", "decline", "annule", "expire"]),
            ),
            models.CheckConstraint(
                name="transfert_issue_datee",
                condition=Q(issue="en_attente", clos_le__isnull=True)
                | ~Q(issue="en_attente") & Q(clos_le__isnull=False),
            ),
            models.CheckConstraint(name="transfert_a_quelqu_un_d_autre", condition=~Q(de=F("vers"))),
            models.CheckConstraint(
                name="transfert_expire_apres_proposition", condition=Q(expire_le__gt=F("propose_le"))
            ),
        ]
        indexes = [
            models.Index(name="transfert_a_repondre", fields=["vers"], condition=Q(issue="en_attente"))
        ]

    def __str__(self) -> str:
        return f"Transfert {self.pk}"
