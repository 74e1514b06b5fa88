import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class FichierAImporter(models.Model):
    """A list of establishments or communes that the ministry sent, between its preview and its confirmation.

    In the database, where every web process finds it; its bytes go with the confirmation, the trace of who imported
    what stays.
    """

    class Objet(models.TextChoices):
        ETABLISSEMENTS = "etablissements", "Établissements"
        COMMUNES = "communes", "Communes"

    cle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    objet = models.CharField(max_length=14, choices=Objet)
    nom_fichier = models.CharField("fichier", max_length=255)
    contenu = models.BinaryField(null=True)
    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", on_delete=models.PROTECT, related_name="+"
    )
    auteur = models.TextField()
    depose_le = models.DateTimeField("déposé le", db_default=Now())
    importe_le = models.DateTimeField("importé le", null=True)
    #: What the import did: counts, once it is done.
    bilan = models.JSONField(default=dict)

    class Meta:
        verbose_name = "fichier à importer"
        constraints = [
            models.CheckConstraint(
                name="fichier_importe_oublie", condition=Q(importe_le__isnull=True) | Q(contenu__isnull=True)
            ),
        ]
