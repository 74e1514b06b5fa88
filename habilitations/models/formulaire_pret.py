"""What an editor prepares for its clients' requests, and what their applicants let it follow."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from habilitations.models.editeur import Editeur
from habilitations.models.texte import sans_controle


class FormulairePretQuerySet(models.QuerySet["FormulairePret"]):
    def proposes(self) -> "FormulairePretQuerySet":
        """Those by which a request may begin."""
        return self.filter(retire_le__isnull=True, editeur__retire_le__isnull=True)


class FormulairePret(models.Model):
    """A reading request as an editor fills it in beforehand, under its name: the applicant changes what they want."""

    #: What its link carries.
    cle = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    editeur = models.ForeignKey(Editeur, on_delete=models.PROTECT, related_name="formulaires")
    titre = models.CharField("titre", max_length=120)
    #: Field of the request → value, as the request's own form reads it.
    champs = models.JSONField(default=dict)
    cree_le = models.DateTimeField("créé le", db_default=Now())
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)

    objects = FormulairePretQuerySet.as_manager()

    class Meta:
        verbose_name = "formulaire prêt à l'emploi"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="formulaire_pret_titre", condition=Q(titre__regex=r"\S")),
            sans_controle("formulaire_pret", "titre"),
        ]

    def __str__(self) -> str:
        return self.titre


class Accompagnement(models.Model):
    """The editor with which an applicant makes a request: whose form they began by, and whether it may follow it.

    Following is the applicant's to give and take back; the history of the request tells both.
    """

    demande = models.OneToOneField(
        "habilitations.Demande", on_delete=models.PROTECT, related_name="accompagnement"
    )
    editeur = models.ForeignKey(Editeur, on_delete=models.PROTECT, related_name="accompagnements")
    formulaire = models.ForeignKey(
        FormulairePret, on_delete=models.PROTECT, null=True, blank=True, related_name="accompagnements"
    )
    suivi_depuis = models.DateTimeField("suivie depuis le", null=True, blank=True)
    suivi_permis_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "accompagnement"
        constraints = [
            models.CheckConstraint(
                name="accompagnement_suivi_permis",
                condition=Q(suivi_depuis__isnull=True, suivi_permis_par__isnull=True)
                | Q(suivi_depuis__isnull=False, suivi_permis_par__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                name="accompagnement_suivi",
                fields=["editeur", "-demande"],
                condition=Q(suivi_depuis__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Accompagnement {self.pk}"
