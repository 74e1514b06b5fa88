from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from habilitations.models.texte import sans_controle

#: A window that lasts longer is a mistyped date: it would close the API for as long.
DUREE_MAXIMALE = timedelta(days=7)


class Periode(Func):
    function = "tstzrange"
    output_field = DateTimeRangeField()


class Bandeau(models.Model):
    """An announcement at the top of every page, between two instants."""

    class Niveau(models.TextChoices):
        INFORMATION = "info", "Information"
        ATTENTION = "warning", "Attention"

    niveau = models.CharField(max_length=7, choices=Niveau, default=Niveau.INFORMATION)
    titre = models.CharField(max_length=100)
    texte = models.CharField(max_length=300, blank=True)
    #: Of this site, or https; empty: none.
    lien = models.CharField(max_length=200, blank=True)
    debut = models.DateTimeField("début")
    fin = models.DateTimeField()
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "bandeau"
        verbose_name_plural = "bandeaux"
        ordering = ["-debut", "-pk"]
        constraints = [
            sans_controle("bandeau", "titre", "texte", "lien"),
            models.CheckConstraint(name="bandeau_finit_apres", condition=Q(fin__gt=F("debut"))),
            models.CheckConstraint(
                name="bandeau_de_niveau_connu", condition=Q(niveau__in=["info", "warning"])
            ),
            models.CheckConstraint(
                name="bandeau_lien_sur", condition=Q(lien="") | Q(lien__regex=r"^(/([^/]|$)|https://)")
            ),
        ]

    def __str__(self) -> str:
        return self.titre


class Maintenance(models.Model):
    """A window during which the API answers that it is closed (contract §3), declared ahead."""

    debut = models.DateTimeField("début")
    fin = models.DateTimeField()
    motif = models.CharField(max_length=200)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declaree_le = models.DateTimeField("déclarée le", db_default=Now())
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "maintenance"
        ordering = ["-debut", "-pk"]
        constraints = [
            sans_controle("maintenance", "motif"),
            models.CheckConstraint(name="maintenance_finit_apres", condition=Q(fin__gt=F("debut"))),
            models.CheckConstraint(
                name="maintenance_d_une_semaine_au_plus", condition=Q(fin__lte=F("debut") + DUREE_MAXIMALE)
            ),
            ExclusionConstraint(
                name="maintenances_distinctes",
                expressions=[(Periode("debut", "fin"), RangeOperators.OVERLAPS)],
                condition=Q(annulee_le__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.motif
