from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone


class CourrielQuerySet(models.QuerySet["Courriel"]):
    def en_attente(self) -> "CourrielQuerySet":
        return self.filter(envoye_le__isnull=True, abandonne_le__isnull=True)

    def a_envoyer(self) -> "CourrielQuerySet":
        """Those whose turn has come: a mail that failed waits before it is tried again."""
        return self.en_attente().filter(reprise_le__lte=timezone.now())

    def en_echec(self) -> "CourrielQuerySet":
        return self.filter(abandonne_le__isnull=False)


class Courriel(models.Model):
    """A mail to send, or sent: the outbox. Written with what it tells of, sent by a task, once.

    `cle` says what the mail is about; a second one with the same key is not written, so that a notice leaves exactly
    once however often its task runs.
    """

    class Etat(models.TextChoices):
        EN_ATTENTE = "en_attente", "En attente"
        PARTI = "parti", "Parti"
        ECHOUE = "echoue", "Échoué"

    cle = models.CharField(max_length=200, unique=True)
    genre = models.CharField(max_length=60)
    destinataire = models.EmailField()
    objet = models.CharField(max_length=255)
    texte = models.TextField()
    html = models.TextField(blank=True)
    #: Holds a secret (a one-time link): the body is erased once the mail has left.
    sensible = models.BooleanField(default=False)
    #: The address that stops such mails without signing in, as the words give it; empty for those that must be known.
    arret = models.CharField(max_length=500, blank=True, default="", db_default="")
    demande = models.ForeignKey(
        "habilitations.Demande", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cree_le = models.DateTimeField(db_default=Now())
    envoye_le = models.DateTimeField(null=True, blank=True)
    tentatives = models.IntegerField(default=0)
    #: Not to be tried before.
    reprise_le = models.DateTimeField(db_default=Now())
    #: Given up: refused for good, or for too long. An administrator may have it sent again.
    abandonne_le = models.DateTimeField(null=True, blank=True)
    derniere_erreur = models.CharField(max_length=255, blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-id"]
        indexes = [
            models.Index(
                name="courriel_en_attente",
                fields=["reprise_le", "id"],
                condition=Q(envoye_le__isnull=True, abandonne_le__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="courriel_parti_ou_abandonne",
                condition=Q(envoye_le__isnull=True) | Q(abandonne_le__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Courriel {self.pk}"

    @property
    def etat(self) -> "Courriel.Etat":
        if self.envoye_le is not None:
            return self.Etat.PARTI
        return self.Etat.EN_ATTENTE if self.abandonne_le is None else self.Etat.ECHOUE


class AdresseRefusee(models.Model):
    """An address to which mail does not arrive, as the last server that spoke of it said. Forgotten when one does."""

    class Source(models.TextChoices):
        ENVOI = "envoi", "Refusée à l'envoi"
        REBOND = "rebond", "Revenue après l'envoi"

    courriel = models.EmailField("adresse e-mail", max_length=254, primary_key=True)
    source = models.CharField(max_length=6, choices=Source)
    #: SMTP reply or enhanced status (« 550 », « 5.1.1 »); empty when the server gave none.
    code = models.CharField(max_length=11, blank=True)
    depuis = models.DateTimeField(db_default=Now())
    constate_le = models.DateTimeField("constaté le", db_default=Now())

    class Meta:
        verbose_name = "adresse refusée"
        verbose_name_plural = "adresses refusées"
        ordering = ["-constate_le"]
        constraints = [
            models.CheckConstraint(
                name="adresse_refusee_minuscule", condition=Q(courriel=Lower(models.F("courriel")))
            ),
        ]

    def __str__(self) -> str:
        return self.courriel
