"""Software editors: organisations that the ministry lets serve administrations, by delegation of theirs."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from habilitations.models.jeton import CidrField
from habilitations.models.texte import sans_controle

if TYPE_CHECKING:
    from habilitations.models.compte import Compte


class EditeurQuerySet(models.QuerySet["Editeur"]):
    def actifs(self) -> "EditeurQuerySet":
        return self.filter(retire_le__isnull=True)

    def servis_par(self, compte: "Compte") -> "EditeurQuerySet":
        """Those whose space this person enters: they verifiably belong to the organisation."""
        return self.actifs().filter(
            organisation__rattachements__compte=compte, organisation__rattachements__verifie=True
        )


class Editeur(models.Model):
    """That the ministry calls an organisation a software editor, until it takes it back, each with its reason.

    Taking it back ends its tokens and the delegations given to it (trigger): an organisation called so again starts
    anew, with nothing that was given to it before.
    """

    organisation = models.ForeignKey(
        "habilitations.Organisation", on_delete=models.PROTECT, related_name="designations"
    )
    designe_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    designe_le = models.DateTimeField("désigné le", db_default=Now())
    motif = models.CharField("motif", max_length=500)
    retire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)
    motif_retrait = models.CharField("motif du retrait", max_length=500, blank=True, default="")

    objects = EditeurQuerySet.as_manager()

    class Meta:
        verbose_name = "éditeur"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="editeur_actif_unique", fields=["organisation"], condition=Q(retire_le__isnull=True)
            ),
            models.CheckConstraint(name="editeur_motive", condition=Q(motif__regex=r"\S")),
            models.CheckConstraint(
                name="editeur_retrait_motive",
                condition=Q(retire_le__isnull=True, retire_par__isnull=True, motif_retrait="")
                | Q(retire_le__isnull=False, retire_par__isnull=False, motif_retrait__regex=r"\S"),
            ),
            sans_controle("editeur", "motif", "motif_retrait"),
        ]

    def __str__(self) -> str:
        return self.organisation.nom


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def en_cours(self) -> "DelegationQuerySet":
        """Those that open calls."""
        return self.filter(reprise_le__isnull=True, habilitation__etat="active")


class Delegation(models.Model):
    """That an administration lets an editor call with its reading habilitation, until it takes it back.

    It names the habilitation in force: when a newer one replaces it, the delegation follows, as tokens do.
    """

    #: How calls designate it (`delegation_id`).
    cle = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    habilitation = models.ForeignKey(
        "habilitations.Habilitation", on_delete=models.PROTECT, related_name="delegations"
    )
    editeur = models.ForeignKey(Editeur, on_delete=models.PROTECT, related_name="delegations")
    #: From where the administration lets the editor call with it; empty: from wherever the editor's token may.
    adresses = ArrayField(CidrField(), verbose_name="adresses IP autorisées", default=list, blank=True)
    donnee_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    donnee_le = models.DateTimeField("donnée le", db_default=Now())
    #: None with `reprise_le` set: the habilitation was revoked, or the organisation is no longer an editor.
    reprise_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reprise_le = models.DateTimeField("reprise le", null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "délégation"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="delegation_en_cours_unique",
                fields=["habilitation", "editeur"],
                condition=Q(reprise_le__isnull=True),
            ),
            models.CheckConstraint(
                name="delegation_reprise_datee",
                condition=Q(reprise_par__isnull=True) | Q(reprise_le__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="delegation_de_l_editeur", fields=["editeur", "id"], condition=Q(reprise_le__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"Délégation {self.cle}"

    @property
    def en_cours(self) -> bool:
        return self.reprise_le is None

    def reprendre(self, *, par: "Compte | None") -> None:
        """End it, now; `par`: None when it ends with something else."""
        self.reprise_le, self.reprise_par = timezone.now(), par
        self.save(update_fields=["reprise_le", "reprise_par"])
