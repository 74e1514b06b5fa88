from django.db import models
from django.db.models import Q


class Verification(models.Model):
    """What INES has not confirmed: it said no, or the question is to be asked again. No row: not asked yet.

    A confirmed identity has no row either: the student's `identite_verifiee` says it.
    """

    class Etat(models.TextChoices):
        REFUSEE = "refusee", "Non reconnue par l'INES"
        A_REPRENDRE = "a_reprendre", "À redemander"

    etudiant = models.OneToOneField(
        "referentiel.Etudiant",
        verbose_name="étudiant",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="verification",
    )
    etat = models.CharField("état", max_length=11, choices=Etat)
    essais = models.IntegerField()
    dernier_essai = models.DateTimeField("dernier essai")
    prochain_essai = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "vérification d'identité"
        verbose_name_plural = "vérifications d'identité"
        constraints = [
            models.CheckConstraint(
                name="verification_reprise_prevue",
                condition=Q(etat="refusee", prochain_essai__isnull=True)
                | Q(etat="a_reprendre", prochain_essai__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                name="verification_a_reprendre",
                fields=["prochain_essai"],
                condition=Q(etat="a_reprendre"),
            )
        ]


class ConnecteurInes(models.Model):
    """How the calls to INES go: one row, which also says who makes them (a lease) and until when not to."""

    class Motif(models.TextChoices):
        JETON = "jeton", "Jeton d'accès refusé"
        INJOIGNABLE = "injoignable", "Service injoignable"
        LENT = "lent", "Service trop lent à répondre"
        QUOTA = "quota", "Trop d'appels"
        ERREUR = "erreur", "Erreur du service"
        INATTENDUE = "inattendue", "Réponse imprévue"

    id = models.SmallIntegerField(primary_key=True, default=1)
    bail_jusqua = models.DateTimeField("pris en charge jusqu'à", null=True, blank=True)
    echecs = models.IntegerField("échecs de suite", default=0, db_default=0)
    reprise_le = models.DateTimeField("pas d'appel avant", null=True, blank=True)
    derniere_reponse = models.DateTimeField("dernière réponse", null=True, blank=True)
    dernier_echec = models.DateTimeField("dernier échec", null=True, blank=True)
    motif = models.CharField(
        "motif du dernier échec", max_length=11, choices=Motif, blank=True, default="", db_default=""
    )
    curseur = models.BigIntegerField("dernier étudiant demandé", default=0, db_default=0)
    tour_le = models.DateTimeField("début du tour", null=True, blank=True)
    comptees_le = models.DateTimeField("comptées le", null=True, blank=True)
    verifiees = models.BigIntegerField("identités vérifiées", default=0, db_default=0)
    a_verifier = models.BigIntegerField("identités à vérifier", default=0, db_default=0)
    refusees = models.BigIntegerField("identités non reconnues", default=0, db_default=0)

    class Meta:
        verbose_name = "connecteur INES"
        constraints = [models.CheckConstraint(name="connecteur_ines_unique", condition=Q(id=1))]
