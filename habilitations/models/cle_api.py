"""The keys by which an organisation's software reads its own objects."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from habilitations.models.texte import sans_controle


class CleApi(models.Model):
    """A key to `/api/v1/`: for one organisation, some rights, a year at most. Only its digest is kept.

    Nothing of it changes but its end and the count of its calls (`habilitations.integrateurs.cles`).
    """

    class Portee(models.TextChoices):
        DEMANDES = "demandes:lire", "Lire les demandes"
        COMMENCER = "demandes:commencer", "Commencer des demandes, par le formulaire d'un éditeur"
        HABILITATIONS = "habilitations:lire", "Lire les habilitations"
        EVENEMENTS = "evenements:lire", "Lire les événements"

    cle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "habilitations.Organisation", on_delete=models.PROTECT, related_name="cles_api"
    )
    libelle = models.CharField("nom", max_length=100)
    portees = ArrayField(models.CharField(max_length=30), verbose_name="droits")
    empreinte = models.BinaryField(max_length=32, unique=True, editable=False)
    #: The last four characters, by which people recognise it.
    fin = models.CharField(max_length=4)
    expire_le = models.DateTimeField("expire le")
    revoquee_le = models.DateTimeField("révoquée le", null=True, blank=True)
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("créée le", db_default=Now())
    utilisee_le = models.DateTimeField("dernier appel", null=True, blank=True)
    #: The minute of its last call, and its calls in that minute.
    minute = models.BigIntegerField(default=0, db_default=0, editable=False)
    appels = models.IntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = "clé d'API"
        verbose_name_plural = "clés d'API"
        ordering = ["libelle", "id"]
        constraints = [
            sans_controle("cle_api", "libelle"),
            models.CheckConstraint(
                name="cle_api_portees_connues",
                condition=Q(
                    portees__len__gte=1,
                    portees__contained_by=[
                        "demandes:lire",
                        "demandes:commencer",
                        "habilitations:lire",
                        "evenements:lire",
                    ],
                ),
            ),
            models.CheckConstraint(
                name="cle_api_un_an_au_plus",
                condition=Q(expire_le__gt=F("cree_le"))
                & Q(expire_le__lte=F("cree_le") + timedelta(days=366)),
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def en_vigueur(self) -> bool:
        return self.revoquee_le is None and self.expire_le > timezone.now()

    @property
    def libelles_des_portees(self) -> list[str]:
        return [str(self.Portee(portee).label) for portee in self.portees]
