from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from habilitations.models.texte import sans_controle

if TYPE_CHECKING:
    from habilitations.models.compte import Compte


class Role(models.Model):
    """A role of the ministry's staff. Given and taken away, never deleted: who could do what stays known."""

    class Nom(models.TextChoices):
        RAPPORTEUR = "rapporteur", "Rapporteur"
        INSTRUCTEUR = "instructeur", "Instructeur"
        RESPONSABLE = "responsable", "Responsable des instructeurs"
        ADMINISTRATEUR = "administrateur", "Administrateur"
        DPD = "dpd", "Délégué à la protection des données"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roles")
    nom = models.CharField("rôle", max_length=14, choices=Nom)
    donne_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    donne_le = models.DateTimeField("donné le", db_default=Now())
    retire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "rôle"
        constraints = [
            models.CheckConstraint(
                name="role_connu",
                condition=Q(nom__in=["rapporteur", "instructeur", "responsable", "administrateur", "dpd"]),
            ),
            models.UniqueConstraint(
                name="role_actif_unique", fields=["compte", "nom"], condition=Q(retire_le__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nom_display()} : {self.compte}"

    def retirer(self, *, par: "Compte") -> None:
        """Take it away, now. The caller notes it in the journal."""
        self.retire_le, self.retire_par = timezone.now(), par
        self.save(update_fields=["retire_le", "retire_par"])


class Rattachement(models.Model):
    """That a person belongs to an organisation: verified when ProConnect said so, until it says otherwise."""

    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rattachements"
    )
    organisation = models.ForeignKey(
        "habilitations.Organisation", on_delete=models.PROTECT, related_name="rattachements"
    )
    verifie = models.BooleanField("vérifié", default=False)
    #: When `verifie` was last established: confirmed by ProConnect, or, of a link not verified, said or lost.
    verifie_le = models.DateTimeField("vérifié le", db_default=Now())
    #: Who of the ministry verified or refused it, and on what proof; None when ProConnect said so.
    verifie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    preuve = models.CharField("preuve", max_length=500, blank=True, default="", db_default="")
    refuse_le = models.DateTimeField("refusé le", null=True, blank=True)
    cree_le = models.DateTimeField(db_default=Now())
    #: What the person says of the organisation as long as nobody else can: theirs alone, until the ministry approves
    #: a request that they make for it.
    nom_declare = models.CharField("nom déclaré", max_length=255, blank=True, default="", db_default="")
    adresse_declaree = models.TextField("adresse déclarée", blank=True, default="", db_default="")

    class Meta:
        verbose_name = "rattachement"
        constraints = [
            sans_controle("rattachement", "nom_declare", lignes=("adresse_declaree",)),
            models.UniqueConstraint(name="rattachement_unique", fields=["compte", "organisation"]),
            models.CheckConstraint(
                name="rattachement_atteste_sur_preuve",
                condition=Q(verifie_par__isnull=True) | ~Q(preuve=""),
            ),
            models.CheckConstraint(
                name="rattachement_verifie_ou_refuse",
                condition=Q(refuse_le__isnull=True) | Q(verifie=False, verifie_par__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compte}, {self.nom}"

    @property
    def nom(self) -> str:
        """How the organisation is called: by everybody, else by this person."""
        return (self.organisation.sans_nom and self.nom_declare) or self.organisation.nom
