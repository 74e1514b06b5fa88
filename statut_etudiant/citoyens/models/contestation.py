from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ContestationQuerySet(models.QuerySet["Contestation"]):
    def ouvertes(self) -> "ContestationQuerySet":
        return self.filter(etat=Contestation.Etat.OUVERTE)


class Contestation(models.Model):
    """« I do not recognise this consultation »: asked of the organisation's data protection officer, until answered.

    What the exchange was is copied here: the journal's own row leaves after 36 months, and the person who answers by a
    link reads these facts and nothing else.
    """

    class Etat(models.TextChoices):
        OUVERTE = "ouverte", "En attente de réponse"
        JUSTIFIEE = "justifiee", "Consultation justifiée"
        INJUSTIFIEE = "injustifiee", "Consultation reconnue injustifiée"

    etudiant_id = models.BigIntegerField("étudiant")
    echange_id = models.BigIntegerField("échange", unique=True)
    instant = models.DateTimeField("consultation du")
    requete = models.CharField("identifiant de requête", max_length=64)
    habilitation_id = models.BigIntegerField("habilitation", null=True, blank=True)
    organisation = models.CharField(max_length=255)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    finalite = models.CharField("finalité", max_length=255, blank=True)
    voie = models.CharField(max_length=80)
    texte = models.TextField("pourquoi", max_length=2000, blank=True)
    #: Empty unless the student wants the organisation to know who asks.
    nom_communique = models.CharField("nom communiqué", max_length=255, blank=True)
    #: The organisation's officer; empty where none is known: the ministry's asks.
    courriel_dpd = models.EmailField("délégué à la protection des données", blank=True)
    etat = models.CharField("état", max_length=11, choices=Etat, default=Etat.OUVERTE)
    contestee_le = models.DateTimeField("contestée le", db_default=Now())
    echeance = models.DateField("réponse attendue le")
    reponse = models.TextField("réponse", max_length=2000, blank=True)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    repondue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    repondue_pour = models.CharField("répondue par", max_length=255, blank=True)

    objects = ContestationQuerySet.as_manager()

    class Meta:
        verbose_name = "consultation contestée"
        verbose_name_plural = "consultations contestées"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="contestation_etat_connu", condition=Q(etat__in=["ouverte", "justifiee", "injustifiee"])
            ),
            models.CheckConstraint(
                name="contestation_repondue",
                condition=Q(etat="ouverte", repondue_le__isnull=True, reponse="")
                | ~Q(etat="ouverte") & Q(repondue_le__isnull=False) & ~Q(reponse="") & ~Q(repondue_pour=""),
            ),
        ]
        indexes = [
            models.Index(name="contestation_etudiant", fields=["etudiant_id", "-id"]),
            models.Index(name="contestation_a_repondre", fields=["echeance"], condition=Q(etat="ouverte")),
            models.Index(
                name="contestation_dpd", fields=["courriel_dpd", "-id"], condition=~Q(courriel_dpd="")
            ),
        ]

    def __str__(self) -> str:
        return self.numero

    @property
    def numero(self) -> str:
        return f"C{self.pk}"
