from django.db import models
from django.db.models import F, Q


class Etat(models.TextChoices):
    """What a measure finds. `PANNE`: no answer in time, or not the answer that means « well »."""

    OK = "ok", "Fonctionne"
    PANNE = "panne", "Ne répond pas"
    MAINTENANCE = "maintenance", "En maintenance"


class Sonde(models.Model):
    """What was last measured of a service (`disponibilite.sondes.SONDES`)."""

    nom = models.CharField(primary_key=True, max_length=20)
    etat = models.CharField("état", max_length=11, choices=Etat)
    #: The first measure that found this state, after another.
    depuis = models.DateTimeField()
    mesuree_le = models.DateTimeField("mesurée le")

    class Meta:
        verbose_name = "sonde"


class Journee(models.Model):
    """Measures of a service in a day, of Paris."""

    sonde = models.CharField(max_length=20)
    jour = models.DateField()
    mesures = models.PositiveIntegerField()
    pannes = models.PositiveIntegerField()
    maintenances = models.PositiveIntegerField()

    class Meta:
        verbose_name = "journée de mesures"
        constraints = [
            models.UniqueConstraint(name="journee_de_mesures_unique", fields=["sonde", "jour"]),
            models.CheckConstraint(
                name="journee_de_mesures_coherente",
                condition=Q(mesures__gte=F("pannes") + F("maintenances")),
            ),
        ]


class Echec(models.Model):
    """A measure that did not find the service well. Incidents are read from these: they are few."""

    sonde = models.CharField(max_length=20)
    instant = models.DateTimeField()
    etat = models.CharField("état", max_length=11, choices=Etat)

    class Meta:
        verbose_name = "mesure en échec"
        constraints = [
            models.UniqueConstraint(name="echec_de_mesure_unique", fields=["sonde", "instant"]),
            models.CheckConstraint(name="echec_de_mesure", condition=~Q(etat="ok")),
        ]


class SigneDeVie(models.Model):
    """When a part of the service was last seen at work (`disponibilite.signes`)."""

    nom = models.CharField(primary_key=True, max_length=20)
    vu_le = models.DateTimeField("vu le")
    #: The process that holds this part, when only one may.
    porteur = models.CharField(max_length=120, blank=True, default="")
    #: What was measured then, in seconds.
    valeur = models.FloatField(null=True)

    class Meta:
        verbose_name = "signe de vie"


class Reponse(models.Model):
    """Sums of the answers given by all web processes (`trafic`): by side of the site, status and duration."""

    famille = models.CharField(max_length=10)
    statut = models.PositiveSmallIntegerField()
    #: Milliseconds that the answer took at most; 0: more than the last bound.
    borne = models.PositiveIntegerField()
    nombre = models.PositiveBigIntegerField()
    millisecondes = models.PositiveBigIntegerField("durée totale")

    class Meta:
        verbose_name = "réponses données"
        constraints = [
            models.UniqueConstraint(name="reponses_uniques", fields=["famille", "statut", "borne"]),
        ]
