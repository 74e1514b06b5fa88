from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now


class AdresseDeCitoyen(models.Model):
    """The address where a student wants to be told of a first access by an organisation, and of answers.

    It serves once proved: by the link that was sent there. One at a time; giving another starts over.
    """

    etudiant_id = models.BigIntegerField("étudiant", unique=True)
    courriel = models.EmailField("adresse e-mail", max_length=254)
    #: SHA-256 of the secret of the link that was sent; empty once it has served.
    empreinte = models.BinaryField(max_length=32, null=True)
    demandee_le = models.DateTimeField("donnée le", db_default=Now())
    prouvee_le = models.DateTimeField("prouvée le", null=True, blank=True)
    #: Up to when the journal was read for this person.
    lue_jusqua = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "adresse d'un citoyen"
        verbose_name_plural = "adresses des citoyens"
        constraints = [
            models.CheckConstraint(
                name="adresse_de_citoyen_minuscule", condition=Q(courriel=Lower(F("courriel")))
            ),
            models.CheckConstraint(
                name="adresse_de_citoyen_a_prouver_ou_prouvee",
                condition=Q(prouvee_le__isnull=True, empreinte__isnull=False)
                | Q(prouvee_le__isnull=False, empreinte__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="adresse_a_prevenir", fields=["lue_jusqua"], condition=Q(prouvee_le__isnull=False)
            )
        ]
