from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Now


class Historique(models.Model):
    """Every change of a student or an inscription, written by the database's triggers and by nothing else.

    `avant` and `apres` hold the changed columns of an update, `avant` the whole row of a deletion. A creation keeps
    neither: the row itself, or the first change's `avant`, tells it. The author is the session variable `ase.auteur`
    that every writing transaction sets (see `referentiel.ecriture.auteur`).
    """

    class Operation(models.TextChoices):
        CREATION = "creation", "Création"
        MODIFICATION = "modification", "Modification"
        SUPPRESSION = "suppression", "Suppression"

    objet = models.CharField(max_length=11)
    objet_id = models.BigIntegerField()
    operation = models.CharField("opération", max_length=12, choices=Operation)
    avant = models.JSONField(null=True)
    apres = models.JSONField("après", null=True)
    auteur = models.TextField()
    instant = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "modification du référentiel"
        verbose_name_plural = "historique du référentiel"
        indexes = [
            models.Index(name="historique_objet", fields=["objet", "objet_id"]),
            # A student's inscriptions that were withdrawn: nothing else remembers them.
            models.Index(
                Cast(KeyTextTransform("etudiant_id", "avant"), models.BigIntegerField()),
                name="historique_retraits",
                condition=Q(objet="inscription", operation="suppression"),
            ),
        ]
