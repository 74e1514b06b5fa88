"""What happens to an organisation's objects, and the software that is told of it."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils import timezone

from habilitations.models.texte import sans_controle


class TransactionCourante(Func):
    """The number of the transaction that writes the row: what tells rows that may still appear from those that may
    not."""

    template = "pg_current_xact_id()::text::bigint"
    arity = 0
    output_field = models.BigIntegerField()


class FaitQuerySet(models.QuerySet["Fait"]):
    def publics(self) -> "FaitQuerySet":
        """Those that are told as events; a trial of a webhook is none."""
        return self.exclude(type=Fait.ESSAI)


class Fait(models.Model):
    """Something that happened to an organisation's requests, tokens or delegations, without any personal data.

    Written by triggers on what it tells of, in the same transaction: no act can forget it (migration `webhooks`).
    Another trigger puts it in the outbox of each webhook that wants it.
    """

    #: The type of the trial that opens a webhook.
    ESSAI = "essai"

    cle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(max_length=60)
    organisation = models.ForeignKey("habilitations.Organisation", on_delete=models.PROTECT, related_name="+")
    #: Not foreign keys: what is told stays true whatever becomes of them.
    demande_id = models.BigIntegerField(null=True)
    habilitation_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)
    instant = models.DateTimeField(db_default=Now())
    transaction = models.BigIntegerField(db_default=TransactionCourante(), editable=False)
    #: What is told once, however often it is noticed.
    unicite = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 - NULL: as many as there are

    objects = FaitQuerySet.as_manager()

    class Meta:
        verbose_name = "événement"
        ordering = ["-id"]
        indexes = [models.Index(name="fait_par_organisation", fields=["organisation", "transaction", "id"])]

    def __str__(self) -> str:
        return f"{self.type} {self.cle}"


class Webhook(models.Model):
    """An address of an organisation's software that wants to know of some events.

    It opens by a trial that succeeded (CHECK), and is disabled after three days without an answer.
    """

    class Etat(models.TextChoices):
        A_ESSAYER = "a_essayer", "À essayer"
        ACTIF = "actif", "Actif"
        ARRETE = "arrete", "Arrêté"
        DESACTIVE = "desactive", "Désactivé"

    cle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "habilitations.Organisation", on_delete=models.PROTECT, related_name="webhooks"
    )
    libelle = models.CharField("nom", max_length=100)
    adresse = models.CharField("adresse", max_length=500)
    evenements = ArrayField(models.CharField(max_length=60), verbose_name="événements")
    #: It signs, hence it is kept; under `referentiel.chiffrement`, and shown once.
    secret_chiffre = models.BinaryField(editable=False)
    #: The one that it replaced, which signs too until then.
    secret_precedent_chiffre = models.BinaryField(null=True, editable=False)
    secret_precedent_jusqua = models.DateTimeField(null=True)
    etat = models.CharField("état", max_length=9, choices=Etat, default=Etat.A_ESSAYER)
    #: The last trial that succeeded.
    essaye_le = models.DateTimeField("essayé le", null=True, blank=True)
    #: Since when nothing is received there; NULL: the last call succeeded.
    en_echec_depuis = models.DateTimeField(null=True, blank=True)
    desactive_le = models.DateTimeField("désactivé le", null=True, blank=True)
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("créé le", db_default=Now())

    class Meta:
        verbose_name = "webhook"
        ordering = ["libelle", "id"]
        constraints = [
            sans_controle("webhook", "libelle", "adresse"),
            models.CheckConstraint(
                name="webhook_essaye_avant_d_etre_actif",
                condition=~Q(etat="actif") | Q(essaye_le__isnull=False),
            ),
            models.CheckConstraint(name="webhook_attend_quelque_chose", condition=Q(evenements__len__gte=1)),
            models.CheckConstraint(
                name="webhook_desactive_date",
                condition=Q(etat="desactive", desactive_le__isnull=False)
                | ~Q(etat="desactive") & Q(desactive_le__isnull=True),
            ),
            models.CheckConstraint(
                name="webhook_secret_precedent_borne",
                condition=Q(secret_precedent_chiffre__isnull=True, secret_precedent_jusqua__isnull=True)
                | Q(secret_precedent_chiffre__isnull=False, secret_precedent_jusqua__isnull=False),
            ),
            models.CheckConstraint(
                name="webhook_etat_connu",
                condition=Q(etat__in=["a_essayer", "actif", "arrete", "desactive"]),
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def actif(self) -> bool:
        return self.etat == self.Etat.ACTIF

    @property
    def activable(self) -> bool:
        """Tried, and not in service. After it was disabled, another trial has to succeed."""
        if self.actif or self.essaye_le is None:
            return False
        return self.desactive_le is None or self.essaye_le > self.desactive_le


class EnvoiQuerySet(models.QuerySet["Envoi"]):
    def a_faire(self) -> "EnvoiQuerySet":
        """Those whose turn has come, of webhooks in service; a trial goes to any."""
        return self.filter(
            Q(webhook__etat=Webhook.Etat.ACTIF) | Q(fait__type=Fait.ESSAI),
            etat=Envoi.Etat.EN_ATTENTE,
            reprise_le__lte=timezone.now(),
        )


class Envoi(models.Model):
    """An event to be told to a webhook, or told: the outbox. Written with the event (trigger)."""

    class Etat(models.TextChoices):
        EN_ATTENTE = "en_attente", "En attente"
        RECU = "recu", "Reçu"
        ABANDONNE = "abandonne", "Abandonné"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="envois")
    fait = models.ForeignKey(Fait, on_delete=models.CASCADE, related_name="envois")
    etat = models.CharField(
        "état", max_length=10, choices=Etat, default=Etat.EN_ATTENTE, db_default="en_attente"
    )
    #: Since it was last put in the outbox: a replay counts anew.
    essais = models.IntegerField(default=0, db_default=0)
    #: Not to be tried before.
    reprise_le = models.DateTimeField(db_default=Now())
    cree_le = models.DateTimeField(db_default=Now())

    objects = EnvoiQuerySet.as_manager()

    class Meta:
        verbose_name = "envoi"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="envoi_unique", fields=["webhook", "fait"]),
            models.CheckConstraint(
                name="envoi_etat_connu", condition=Q(etat__in=["en_attente", "recu", "abandonne"])
            ),
        ]
        indexes = [
            models.Index(name="envoi_a_faire", fields=["reprise_le"], condition=Q(etat="en_attente")),
        ]

    def __str__(self) -> str:
        return f"Envoi {self.pk}"

    @property
    def numero(self) -> str:
        return str(self.pk)


class Tentative(models.Model):
    """A call to a webhook's address: what it answered, or why nothing was heard, and how long it took."""

    class Echec(models.TextChoices):
        AUCUN = "", "Reçu"
        STATUT = "statut", "Réponse autre que 2xx"
        REDIRECTION = "redirection", "Redirection, qui n'est pas suivie"
        NOM = "nom", "Nom de domaine introuvable"
        ADRESSE = "adresse", "Adresse interdite"
        CONNEXION = "connexion", "Connexion impossible"
        TLS = "tls", "Certificat TLS refusé"
        DELAI = "delai", "Pas de réponse en 10 secondes"
        REPONSE = "reponse", "Réponse illisible"

    envoi = models.ForeignKey(Envoi, on_delete=models.CASCADE, related_name="tentatives")
    instant = models.DateTimeField(db_default=Now())
    duree_ms = models.PositiveIntegerField("durée (ms)")
    statut = models.PositiveSmallIntegerField("statut HTTP", null=True)
    echec = models.CharField("échec", max_length=11, choices=Echec, blank=True)

    class Meta:
        verbose_name = "tentative"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="tentative_repondue_ou_en_echec", condition=Q(statut__isnull=False) | ~Q(echec="")
            ),
        ]
