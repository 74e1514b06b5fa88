from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from habilitations.models import Gestionnaire


class RectificationQuerySet(models.QuerySet["Rectification"]):
    def ouvertes(self) -> "RectificationQuerySet":
        return self.filter(etat=Rectification.Etat.OUVERTE)

    def gerees_par(self, compte_id: int) -> "RectificationQuerySet":
        """Those of the establishments that this person manages."""
        siens = Gestionnaire.objects.actifs().filter(
            compte=compte_id, etablissement=OuterRef("etablissement_id")
        )
        return self.filter(Exists(siens))


class Rectification(models.Model):
    """« Something is wrong »: what a student asks to have corrected, until somebody answers (GDPR art. 12 and 16).

    The student is the internal identifier, as in the journals: a key would hold back the merging of two students. What
    is wrong is in the student's words, read by who answers and by nobody else.
    """

    class Objet(models.TextChoices):
        IDENTITE = "identite", "Mon identité"
        INSCRIPTION = "inscription", "Une de mes inscriptions"
        MANQUANTE = "manquante", "Une inscription manque"
        AUTRE = "autre", "Autre chose"

    class Etat(models.TextChoices):
        OUVERTE = "ouverte", "En attente de réponse"
        CORRIGEE = "corrigee", "Corrigée"
        REFUSEE = "refusee", "Sans suite"

    etudiant_id = models.BigIntegerField("étudiant")
    objet = models.CharField(max_length=11, choices=Objet)
    inscription_id = models.BigIntegerField("inscription", null=True, blank=True)
    #: Who owns the record, and answers; the ministry alone where none does.
    etablissement = models.ForeignKey(
        "referentiel.Etablissement",
        verbose_name="établissement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    texte = models.TextField("ce qui est inexact", max_length=2000)
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.OUVERTE)
    demandee_le = models.DateTimeField("demandée le", db_default=Now())
    #: One month after the request (GDPR art. 12.3); three when it was told in time why more is needed.
    echeance = models.DateField("réponse attendue le")
    prolongee_le = models.DateTimeField("prolongée le", null=True, blank=True)
    motif_prolongation = models.TextField("motif de la prolongation", max_length=1000, blank=True)
    reponse = models.TextField("réponse", max_length=2000, blank=True)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    repondue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: As the student reads it: an establishment's name, or the ministry.
    repondue_pour = models.CharField("répondue par", max_length=255, blank=True)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de rectification"
        verbose_name_plural = "demandes de rectification"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="rectification_objet_connu",
                condition=Q(objet__in=["identite", "inscription", "manquante", "autre"]),
            ),
            models.CheckConstraint(
                name="rectification_etat_connu", condition=Q(etat__in=["ouverte", "corrigee", "refusee"])
            ),
            models.CheckConstraint(name="rectification_dite", condition=~Q(texte="")),
            models.CheckConstraint(
                name="rectification_d_une_inscription",
                condition=Q(objet="inscription", inscription_id__isnull=False)
                | ~Q(objet="inscription") & Q(inscription_id__isnull=True),
            ),
            models.CheckConstraint(
                name="rectification_repondue",
                condition=Q(etat="ouverte", repondue_le__isnull=True, reponse="")
                | ~Q(etat="ouverte") & Q(repondue_le__isnull=False) & ~Q(reponse="") & ~Q(repondue_pour=""),
            ),
            models.CheckConstraint(
                name="rectification_prolongation_motivee",
                condition=Q(prolongee_le__isnull=True, motif_prolongation="")
                | Q(prolongee_le__isnull=False) & ~Q(motif_prolongation=""),
            ),
        ]
        indexes = [
            models.Index(name="rectification_etudiant", fields=["etudiant_id", "-id"]),
            models.Index(name="rectification_a_repondre", fields=["echeance"], condition=Q(etat="ouverte")),
            models.Index(name="rectification_de_l_etab", fields=["etablissement", "-id"]),
        ]

    def __str__(self) -> str:
        return self.numero

    @property
    def numero(self) -> str:
        return f"R{self.pk}"
