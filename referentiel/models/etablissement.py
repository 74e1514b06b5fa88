from django.db import models
from django.db.models import Q

from referentiel.droits import Droits
from referentiel.identifiants import MOTIF_CODE_LIEU, MOTIF_SIRET, MOTIF_UAI
from referentiel.nomenclatures import Secteur, TypeEtablissement


class EtablissementQuerySet(models.QuerySet["Etablissement"]):
    def reels(self) -> "EtablissementQuerySet":
        """Without the fictitious establishments of the sandbox: they are in no count and no export."""
        return self.filter(fictif=False)

    def visibles_par(self, droits: Droits) -> "EtablissementQuerySet":
        """Those of this person in the establishments' admin."""
        if droits.etablissements is None:
            return self.reels()
        return self.reels().filter(pk__in=droits.etablissements)

    def ouverts(self) -> "EtablissementQuerySet":
        return self.filter(ouvert=True)


class Etablissement(models.Model):
    """A higher-education establishment or a lycée with higher classes, designated by its UAI."""

    uai = models.CharField("UAI", max_length=8, unique=True)
    nom = models.CharField(max_length=255)
    type = models.CharField(max_length=20, choices=TypeEtablissement, default=TypeEtablissement.AUTRE)
    secteur = models.CharField(max_length=6, choices=Secteur, default=Secteur.PUBLIC)
    #: A country (99xxx) for the schools that France has abroad.
    code_commune = models.CharField("commune (COG)", max_length=5)
    departement = models.CharField("département", max_length=3, blank=True)
    academie = models.CharField("académie", max_length=40, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    ouvert = models.BooleanField(default=True)
    fictif = models.BooleanField("fictif (bac à sable)", default=False, editable=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    objects = EtablissementQuerySet.as_manager()

    class Meta:
        verbose_name = "établissement"
        ordering = ["uai"]
        constraints = [
            models.CheckConstraint(name="etablissement_uai_bien_forme", condition=Q(uai__regex=MOTIF_UAI)),
            models.CheckConstraint(
                name="etablissement_lieu_bien_forme", condition=Q(code_commune__regex=MOTIF_CODE_LIEU)
            ),
            models.CheckConstraint(
                name="etablissement_siret_bien_forme", condition=Q(siret="") | Q(siret__regex=MOTIF_SIRET)
            ),
            models.CheckConstraint(name="etablissement_nomme", condition=~Q(nom="")),
            # Target of the inscriptions' composite key: a fictitious student is only in a fictitious establishment.
            models.UniqueConstraint(name="etablissement_monde", fields=["id", "fictif"]),
        ]
        indexes = [
            models.Index(name="etablissement_academie", fields=["academie"]),
            models.Index(name="etablissement_departement", fields=["departement"]),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.uai})"
