from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from habilitations.models.recherche import cle_de_recherche, index_de_recherche
from referentiel.droits import Droits

if TYPE_CHECKING:
    from habilitations.models.compte import Compte


class HabilitationQuerySet(models.QuerySet["Habilitation"]):
    def actives(self) -> "HabilitationQuerySet":
        return self.filter(etat=Habilitation.Etat.ACTIVE)

    def concernant(self, compte: "Compte") -> "HabilitationQuerySet":
        """Those of the requests that are this person's business, and of the organisations that they verifiably
        belong to."""
        demandes = apps.get_model("habilitations", "Demande").objects.concernant(compte)
        siennes = apps.get_model("habilitations", "Rattachement").objects.filter(compte=compte, verifie=True)
        # A UNION of keys, as for the requests: an OR would read every habilitation.
        donnees = demandes.order_by().filter(habilitation__isnull=False).values("habilitation")
        de_l_organisation = Habilitation.objects.order_by().filter(
            organisation__in=siennes.values("organisation")
        )
        return self.filter(pk__in=donnees.union(de_l_organisation.values("pk")))

    def visibles_par(self, compte: "Compte") -> "HabilitationQuerySet":
        return self if compte.est_agent_du_ministere else self.concernant(compte)

    def tenues_par(self, compte: "Compte") -> "HabilitationQuerySet":
        """Those whose tokens this person issues, replaces, prolongs, restricts and revokes: their applicant; the
        technical contact with whom they were approved; and, for a habilitation to write, who manages all of its
        establishments for its organisation. A token writes for all of them: who manages some only sees it. The same
        rule from the other end: `habilitations.jetons.vie.porteurs`.
        """
        demandes = apps.get_model("habilitations", "Demande").objects.filter(habilitation=OuterRef("pk"))
        geres = (
            apps.get_model("habilitations", "Gestionnaire")
            .objects.actifs()
            .filter(compte=compte, habilitation__organisation=OuterRef("organisation"))
        )
        return self.filter(
            Exists(demandes.filter(demandeur=compte))
            | Exists(demandes.techniques_de(compte))
            | Q(
                type=Habilitation.Type.ECRITURE,
                uais__contained_by=ArraySubquery(geres.values("etablissement__uai")),
            )
        )

    def ecrivant_pour(self, droits: Droits) -> "HabilitationQuerySet":
        """Those in force to write for one at least of this person's establishments, in the establishments' admin."""
        ecriture = self.actives().filter(type=Habilitation.Type.ECRITURE)
        return ecriture if droits.uais is None else ecriture.filter(uais__overlap=list(droits.uais))


class Habilitation(models.Model):
    """What was approved, for whom: scopes to read, or establishments to write for."""

    class Type(models.TextChoices):
        LECTURE = "lecture", "Lecture"
        FRANCE_CONNECT = "franceconnect", "Lecture par FranceConnect"
        ECRITURE = "ecriture", "Écriture"

    class Etat(models.TextChoices):
        ACTIVE = "active", "Active"
        OBSOLETE = "obsolete", "Remplacée"
        REVOQUEE = "revoquee", "Révoquée"

    type = models.CharField(max_length=13, choices=Type)
    organisation = models.ForeignKey(
        "habilitations.Organisation", on_delete=models.PROTECT, related_name="habilitations"
    )
    intitule = models.CharField("intitulé", max_length=255)
    scopes = ArrayField(models.CharField(max_length=60), verbose_name="périmètre", default=list, blank=True)
    uais = ArrayField(models.CharField(max_length=8), verbose_name="UAI", default=list, blank=True)
    fc_client_id = models.CharField("identifiant client FranceConnect", max_length=255, blank=True)
    quota_par_seconde = models.PositiveIntegerField(
        "quota (appels par seconde)", null=True, blank=True, help_text="vide : celui de l'API"
    )
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.ACTIVE)
    validee_le = models.DateTimeField("validée le", auto_now_add=True)
    revoquee_le = models.DateTimeField("révoquée le", null=True, blank=True)
    cle_recherche = cle_de_recherche("intitule")

    objects = HabilitationQuerySet.as_manager()

    class Meta:
        verbose_name = "habilitation"
        ordering = ["-id"]
        indexes = [index_de_recherche("habilitation_cle_recherche")]
        constraints = [
            models.CheckConstraint(
                name="habilitation_ouvre_quelque_chose",
                condition=Q(type="ecriture", uais__len__gte=1, scopes=[])
                | Q(type__in=["lecture", "franceconnect"], scopes__len__gte=1, uais=[]),
            ),
            models.CheckConstraint(
                name="habilitation_client_franceconnect",
                condition=Q(type="franceconnect") & ~Q(fc_client_id="")
                | ~Q(type="franceconnect") & Q(fc_client_id=""),
            ),
            models.UniqueConstraint(
                name="habilitation_client_franceconnect_unique",
                fields=["fc_client_id"],
                condition=Q(etat="active") & ~Q(fc_client_id=""),
            ),
            models.CheckConstraint(
                name="habilitation_quota_positif",
                condition=Q(quota_par_seconde__isnull=True)
                | Q(quota_par_seconde__gte=1, quota_par_seconde__lte=1000),
            ),
            models.CheckConstraint(
                name="habilitation_revocation_datee",
                condition=Q(etat="revoquee", revoquee_le__isnull=False)
                | ~Q(etat="revoquee") & Q(revoquee_le__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.numero} {self.intitule}"

    @property
    def numero(self) -> str:
        return f"H{self.pk}" if self.pk else "H… (numéro attribué à la validation)"
