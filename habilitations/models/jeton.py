import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Now
from django.utils import timezone

#: How the reason of a suspended token begins (`habilitations.jetons.suspension`).
SUSPENDU = "Suspendu par le ministère : "


class CidrField(models.Field):
    """An IP network, IPv4 or IPv6 (PostgreSQL `cidr`), given and read as text."""

    def db_type(self, connection: object) -> str:
        return "cidr"

    def from_db_value(self, value: object, expression: object, connection: object) -> str | None:
        return None if value is None else str(value)


class JetonQuerySet(models.QuerySet["Jeton"]):
    def vivants(self) -> "JetonQuerySet":
        return self.filter(revoque_le__isnull=True, expire_le__gt=Now())

    def finissables(self) -> "JetonQuerySet":
        """Those that may still call, now or once the ministry gives them back: what ends tokens, or changes what they
        open, reaches the suspended ones too."""
        return self.filter(Q(revoque_le__isnull=True) | Q(motif_revocation__startswith=SUSPENDU))

    def avec_dernier_usage(self) -> "JetonQuerySet":
        """`dernier_usage`: the day of the last call; None when there was none."""
        return self.annotate(dernier_usage=Max("consommations__jour"))


class Jeton(models.Model):
    """An access token. Its secret is shown once and never stored: only its keyed digest is.

    `scopes` and `uais` are what the habilitation opened when the token was issued. A sandbox token (`t`) may come
    before any habilitation, and sees or writes fictitious students only.
    """

    #: Added by `avec_dernier_usage`.
    dernier_usage: date | None

    class Type(models.TextChoices):
        LECTURE = "l", "Lecture"
        ECRITURE = "e", "Écriture"
        BAC_A_SABLE = "t", "Bac à sable"
        #: Another register's front, which reads everything (contract §8): made by an operator's command alone.
        BOUQUET = "b", "Bouquet d'API"
        #: A software editor's, which opens what administrations delegate to it and nothing by itself.
        EDITEUR = "d", "Éditeur"

    cle = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(max_length=1, choices=Type)
    organisation = models.ForeignKey(
        "habilitations.Organisation", on_delete=models.PROTECT, related_name="jetons"
    )
    habilitation = models.ForeignKey(
        "habilitations.Habilitation", on_delete=models.PROTECT, related_name="jetons", null=True, blank=True
    )
    #: Sandbox only: the draft that it lets try.
    demande = models.ForeignKey(
        "habilitations.Demande",
        on_delete=models.SET_NULL,
        related_name="jetons_d_essai",
        null=True,
        blank=True,
    )
    #: An editor's token alone: the designation that it lives and dies with.
    editeur = models.ForeignKey(
        "habilitations.Editeur", on_delete=models.PROTECT, related_name="jetons", null=True, blank=True
    )
    empreinte = models.BinaryField(max_length=32, unique=True)
    fin = models.CharField("quatre derniers caractères", max_length=4)
    #: Issued as a JWT, which bears its end: such a token is not prolonged but replaced.
    en_jwt = models.BooleanField("au format JWT", default=False, db_default=False)
    scopes = ArrayField(models.CharField(max_length=60), verbose_name="périmètre", default=list, blank=True)
    uais = ArrayField(models.CharField(max_length=8), verbose_name="UAI", default=list, blank=True)
    adresses = ArrayField(
        CidrField(),
        verbose_name="adresses IP autorisées",
        default=list,
        blank=True,
        help_text="vide : toutes",
    )
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    expire_le = models.DateTimeField("expire le")
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True)
    motif_revocation = models.CharField("motif de la révocation", max_length=255, blank=True)

    objects = JetonQuerySet.as_manager()

    class Meta:
        verbose_name = "jeton"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="jeton_type_connu", condition=Q(type__in=["l", "e", "t", "b", "d"])),
            models.CheckConstraint(
                name="jeton_d_essai_de_bac_a_sable", condition=Q(demande__isnull=True) | Q(type="t")
            ),
            models.CheckConstraint(
                name="jeton_habilite", condition=Q(habilitation__isnull=False) | Q(type__in=["t", "d"])
            ),
            models.CheckConstraint(
                name="jeton_d_editeur",
                condition=Q(type="d", editeur__isnull=False, habilitation__isnull=True)
                | ~Q(type="d") & Q(editeur__isnull=True),
            ),
            models.CheckConstraint(
                name="jeton_expire_apres_creation", condition=Q(expire_le__gt=F("cree_le"))
            ),
            models.CheckConstraint(
                name="jeton_revocation_motivee",
                condition=Q(revoque_le__isnull=True) | ~Q(motif_revocation=""),
            ),
            models.CheckConstraint(
                name="jeton_lecture_ou_ecriture",
                condition=Q(type="l", uais=[])
                | Q(type="e", scopes=[])
                | Q(type__in=["b", "d"], scopes=[], uais=[])
                | Q(type="t"),
            ),
            models.CheckConstraint(
                name="jeton_jwt_de_lecture", condition=Q(en_jwt=False) | Q(type__in=["l", "t"])
            ),
        ]

    def __str__(self) -> str:
        return self.affichage

    @property
    def vivant(self) -> bool:
        return self.revoque_le is None and self.expire_le > timezone.now()

    @property
    def suspendu(self) -> bool:
        return self.revoque_le is not None and self.motif_revocation.startswith(SUSPENDU)

    @property
    def affichage(self) -> str:
        """What may be shown of the token after its issue: prefix and last four characters."""
        return f"JWT …{self.fin}" if self.en_jwt else f"ase_{self.type}_…{self.fin}"
