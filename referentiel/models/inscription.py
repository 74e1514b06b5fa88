from datetime import timedelta

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from referentiel.droits import Droits
from referentiel.identifiants import MOTIF_CODE_LIEU
from referentiel.nomenclatures import Cursus, Regime, Source, Statut

#: Contract §6: at most six years between start and end (leap years included).
DUREE_MAXIMALE = timedelta(days=6 * 365 + 2)

#: The normal form of the diploma, as the index of the natural key has it (`migrations/sql/diplome.sql`).
CLE_DIPLOME = Func("diplome", function="referentiel_cle_diplome", output_field=models.TextField())


class InscriptionQuerySet(models.QuerySet["Inscription"]):
    def visibles_par(self, droits: Droits) -> "InscriptionQuerySet":
        """Those of this person's establishments, in the establishments' admin."""
        reelles = self.filter(fictif=False)
        if droits.etablissements is None:
            return reelles
        return reelles.filter(etablissement__in=droits.etablissements)


class Inscription(models.Model):
    """That an establishment has enrolled (`inscrit`) or admitted (`admis`) a student, from a day to another.

    Natural key: student, establishment, start date, diplome in its normal form (contract §6). `fictif` repeats the
    world (real or sandbox) of both ends: the composite foreign keys made in the migrations refuse to mix them.
    """

    etudiant = models.ForeignKey(
        "referentiel.Etudiant",
        verbose_name="étudiant",
        on_delete=models.PROTECT,
        related_name="inscriptions",
        db_index=False,
        db_constraint=False,  # the composite key (etudiant_id, fictif) is the constraint
    )
    etablissement = models.ForeignKey(
        "referentiel.Etablissement",
        verbose_name="établissement",
        on_delete=models.PROTECT,
        related_name="inscriptions",
        db_index=False,
        db_constraint=False,  # the composite key (etablissement_id, fictif) is the constraint
    )
    fictif = models.BooleanField(default=False, db_default=False, editable=False)
    statut = models.CharField(max_length=7, choices=Statut)
    regime = models.CharField(
        "régime", max_length=3, choices=Regime, default=Regime.RF1, db_default=Regime.RF1
    )
    date_debut = models.DateField("début")
    date_fin = models.DateField("fin")
    code_commune = models.CharField("commune d'études (COG)", max_length=5)
    cursus = models.CharField(max_length=1, choices=Cursus, blank=True, default="", db_default="")
    diplome = models.CharField("diplôme", max_length=255, blank=True, default="", db_default="")
    niveau_diplome = models.CharField(
        "niveau du diplôme", max_length=100, blank=True, default="", db_default=""
    )
    source = models.CharField(max_length=8, choices=Source)
    lot = models.ForeignKey(
        "referentiel.Lot",
        verbose_name="dépôt d'origine",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="inscriptions",
        db_index=False,
    )
    cree_le = models.DateTimeField("créée le", auto_now_add=True, db_default=Now())
    modifie_le = models.DateTimeField("modifiée le", auto_now=True, db_default=Now())
    confirmee_le = models.DateTimeField("confirmée le", auto_now_add=True, db_default=Now())

    objects = InscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        constraints = [
            models.UniqueConstraint(
                F("etudiant"),
                F("etablissement"),
                F("date_debut"),
                CLE_DIPLOME,
                name="inscription_cle_normale",
            ),
            # Kept for the version before, whose statements name it: the next release takes it away, here and among the
            # conflicts that are tried again (`ecriture.conflits`).
            models.UniqueConstraint(
                name="inscription_cle_naturelle",
                fields=["etudiant", "etablissement", "date_debut", "diplome"],
            ),
            models.CheckConstraint(name="inscription_statut_connu", condition=Q(statut__in=Statut.values)),
            models.CheckConstraint(name="inscription_regime_connu", condition=Q(regime__in=Regime.values)),
            models.CheckConstraint(
                name="inscription_cursus_connu", condition=Q(cursus__in=["", *Cursus.values])
            ),
            models.CheckConstraint(name="inscription_source_connue", condition=Q(source__in=Source.values)),
            models.CheckConstraint(
                name="inscription_dates_coherentes",
                condition=Q(date_fin__gt=F("date_debut")) & Q(date_fin__lte=F("date_debut") + DUREE_MAXIMALE),
            ),
            models.CheckConstraint(
                name="inscription_lieu_bien_forme", condition=Q(code_commune__regex=MOTIF_CODE_LIEU)
            ),
        ]
        indexes = [
            # An establishment's own list, newest first, and its cursor pagination. With what the lists filter, so that
            # looking for few records does not read all the others; without `confirmee_le`, which each deposit rewrites
            # and which would then cost an entry of each index.
            models.Index(
                name="inscription_etablissement",
                fields=["etablissement", "-id"],
                include=["statut", "regime", "date_debut", "source", "fictif"],
            ),
            # What a deposit wrote, in the same order.
            models.Index(name="inscription_lot", fields=["lot", "-id"], condition=Q(lot__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"Inscription n° {self.pk}, du {self.date_debut:%d/%m/%Y} au {self.date_fin:%d/%m/%Y}"
