from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Certificat(models.Model):
    """A certificate that was made: what is needed to answer who checks it, and nothing that says whose status is what.

    One made by a student holds digests and the list of its fields: the values are read again in the register at each
    verification. One made with an answer of the API holds that answer, encrypted under a key that only its code gives.
    A trigger keeps what is written on the paper as it was, and a withdrawal for good.
    """

    class Origine(models.TextChoices):
        ETUDIANT = "etudiant", "Établi par l'étudiant"
        API = "api", "Établi avec une réponse de l'API"

    origine = models.CharField(max_length=8, choices=Origine)
    #: The internal identifier, as in the journals.
    etudiant_id = models.BigIntegerField("étudiant")
    #: HMAC-SHA-256 of the code.
    empreinte = models.BinaryField(max_length=32, unique=True)
    etabli_le = models.DateTimeField("établi le", db_default=Now())
    #: Last day, of Paris.
    valable_jusqu_au = models.DateField("valable jusqu'au")
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)
    fictif = models.BooleanField("fictif (bac à sable)", default=False, db_default=False)

    # --- made by a student
    champs = ArrayField(models.CharField(max_length=16), verbose_name="champs", default=list)
    inscription_id = models.BigIntegerField("inscription", null=True, blank=True)
    #: HMAC-SHA-256 of what it says: tells whether the register still says the same.
    condense = models.BinaryField(max_length=32, null=True)
    pour_qui = models.CharField("pour qui", max_length=120, blank=True)
    #: HMAC-SHA-256 of the secret of the share link, and hash of its PIN; without link, without PIN.
    empreinte_du_lien = models.BinaryField(max_length=32, null=True, unique=True)
    pin = models.CharField("code PIN du lien", max_length=128, blank=True)
    #: Place in the published lists of statuses; drawn at the first download of the signed credential.
    indice = models.PositiveBigIntegerField(null=True, unique=True)

    # --- made with an answer of the API
    cliche = models.BinaryField("réponse chiffrée", null=True)
    organisation = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = "certificat"
        verbose_name_plural = "certificats"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="certificat_selon_son_origine",
                condition=Q(
                    origine="etudiant",
                    cliche__isnull=True,
                    condense__isnull=False,
                    inscription_id__isnull=False,
                    champs__len__gt=0,
                    organisation="",
                )
                | Q(
                    origine="api",
                    cliche__isnull=False,
                    condense__isnull=True,
                    inscription_id__isnull=True,
                    champs__len=0,
                    empreinte_du_lien__isnull=True,
                    indice__isnull=True,
                    pour_qui="",
                ),
            ),
            models.CheckConstraint(
                name="certificat_pin_d_un_lien", condition=Q(pin="") | Q(empreinte_du_lien__isnull=False)
            ),
            models.CheckConstraint(
                name="certificat_retire_apres",
                condition=Q(retire_le__isnull=True) | Q(retire_le__gte=F("etabli_le")),
            ),
        ]
        indexes = [
            models.Index(
                name="certificat_de_l_etudiant",
                fields=["etudiant_id", "-id"],
                condition=Q(origine="etudiant"),
            ),
            models.Index(name="certificat_a_oublier", fields=["valable_jusqu_au"]),
        ]

    def __str__(self) -> str:
        return self.numero

    @property
    def numero(self) -> str:
        """As its student, and the journal, name it: it gives no access."""
        return f"K{self.pk}"


class PlaceRetiree(models.Model):
    """Place in the lists of statuses of a certificate that is no longer here, though its signed credential may live.

    A trigger on the certificates writes it: an erased student's is withdrawn for whoever holds it, without saying
    whose it was.
    """

    indice = models.PositiveBigIntegerField(primary_key=True)
    #: Last day of the credential.
    jusqu_au = models.DateField("jusqu'au")

    class Meta:
        verbose_name = "place retirée des listes de statuts"
        verbose_name_plural = "places retirées des listes de statuts"
