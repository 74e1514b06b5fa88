from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from referentiel.droits import Droits


class AnomalieQuerySet(models.QuerySet["Anomalie"]):
    def ouvertes(self) -> "AnomalieQuerySet":
        return self.filter(traitee_le__isnull=True)

    def visibles_par(self, droits: Droits) -> "AnomalieQuerySet":
        """Those that this person's establishments raised; the ministry alone handles them."""
        reelles = self.filter(etudiant__fictif=False)
        if droits.etablissements is None:
            return reelles
        return reelles.filter(etablissement__in=droits.etablissements)


class Anomalie(models.Model):
    """Something about a student's identity that the ministry should look at.

    Either a deposit gives another name for a known INE (`recu`: that name), or INES does not know the INE with the
    registered birth date (`recu`: that date; no establishment), or an establishment has sent several other birth dates
    in a day, which might be to find out the right one (`recu`: by whom; the dates are not kept). Once closed, it no
    longer moves (trigger of the migrations): only the student may, when duplicates are merged.
    """

    class Type(models.TextChoices):
        NOM_DIFFERENT = "nom_different", "Nom différent pour un INE connu"
        IDENTITE_REFUSEE = "identite_refusee", "Identité non reconnue par l'INES"
        DATES_ESSAYEES = "dates_essayees", "Plusieurs dates de naissance essayées pour un INE"

    class Decision(models.TextChoices):
        GARDER = "garder", "Identité gardée"
        CORRIGER = "corriger", "Identité corrigée"
        FUSIONNER = "fusionner", "Étudiants fusionnés"

    type = models.CharField(max_length=20, choices=Type)
    etudiant = models.ForeignKey(
        "referentiel.Etudiant", verbose_name="étudiant", on_delete=models.CASCADE, related_name="anomalies"
    )
    etablissement = models.ForeignKey(
        "referentiel.Etablissement",
        verbose_name="établissement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="anomalies",
    )
    recu = models.JSONField("identité reçue")
    cle = models.TextField("forme normale de l'identité reçue")
    lot = models.ForeignKey(
        "referentiel.Lot", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signalee_le = models.DateTimeField("signalée le", auto_now_add=True, db_default=Now())
    traitee_le = models.DateTimeField("traitée le", null=True, blank=True)
    traitee_par = models.TextField("traitée par", blank=True, default="", db_default="")
    decision = models.CharField(
        "décision", max_length=9, choices=Decision, blank=True, default="", db_default=""
    )
    conclusion = models.TextField(blank=True, default="", db_default="")

    objects = AnomalieQuerySet.as_manager()

    class Meta:
        verbose_name = "anomalie"
        constraints = [
            # The same establishment sending the same other name again raises nothing new while the first is open.
            models.UniqueConstraint(
                name="anomalie_ouverte_unique",
                fields=["etudiant", "etablissement", "type", "cle"],
                condition=Q(traitee_le__isnull=True),
            ),
            models.UniqueConstraint(
                name="anomalie_ouverte_unique_sans_etablissement",
                fields=["etudiant", "type", "cle"],
                condition=Q(traitee_le__isnull=True, etablissement__isnull=True),
            ),
            models.CheckConstraint(
                name="anomalie_de_quelqu_un",
                condition=Q(type__in=["nom_different", "dates_essayees"], etablissement__isnull=False)
                | Q(type="identite_refusee", etablissement__isnull=True),
            ),
            models.CheckConstraint(
                name="anomalie_close_decidee",
                condition=Q(traitee_le__isnull=True, traitee_par="", decision="", conclusion="")
                | Q(traitee_le__isnull=False, decision__in=["garder", "corriger", "fusionner"])
                & ~Q(traitee_par=""),
            ),
        ]
        indexes = [
            # The desk's list: what is open, oldest first.
            models.Index(
                name="anomalie_ouverte",
                fields=["signalee_le", "id"],
                condition=Q(traitee_le__isnull=True),
            )
        ]
