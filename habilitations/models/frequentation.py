from django.db import models
from django.db.models import Q


class AppelsDuJour(models.Model):
    """Calls of a day, added up for the public statistics: no token and nobody in it, the sandbox left out.

    `habilitations.statistiques_publiques` writes it, from the exchange journal and the counts of the tokens' calls.
    """

    class Api(models.TextChoices):
        LECTURE_V2 = "v2", "Lecture v2"
        LECTURE_V3 = "v3", "Lecture v3"
        BOUQUET = "bouquet", "Bouquet d'API"
        #: A refused call is counted by its token, whatever the version that it asked.
        LECTURE = "lecture", "Lecture, toutes versions"
        ECRITURE = "ecriture", "Écriture"

    class Voie(models.TextChoices):
        INE = "ine", "Par INE"
        IDENTITE = "identite", "Par identité"
        FRANCE_CONNECT = "france_connect", "Par FranceConnect"
        SANS = "", "Sans objet"

    class Issue(models.TextChoices):
        DONNEES = "donnees", "Données transmises"
        NON_TROUVE = "non_trouve", "Étudiant non trouvé"
        REFUSE = "refuse", "Appel refusé"
        ACCEPTE = "accepte", "Écriture acceptée"
        ERREUR = "erreur", "Erreur du service"

    jour = models.DateField()
    api = models.CharField(max_length=8, choices=Api)
    voie = models.CharField(max_length=14, choices=Voie, blank=True)
    issue = models.CharField(max_length=10, choices=Issue)
    appels = models.BigIntegerField()

    class Meta:
        verbose_name = "appels du jour"
        ordering = ["jour", "api", "voie", "issue"]
        constraints = [
            models.UniqueConstraint(name="appels_du_jour_uniques", fields=["jour", "api", "voie", "issue"]),
        ]


class StatistiquesPubliques(models.Model):
    """What the page « Statistiques » shows of habilitations and enrolments, worked out beforehand: one row.

    `contenu`: the shape is that of `habilitations.statistiques_publiques.Chiffres`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    contenu = models.JSONField()
    calculees_le = models.DateTimeField("calculées le")

    class Meta:
        verbose_name = "statistiques publiques"
        constraints = [models.CheckConstraint(name="statistiques_publiques_uniques", condition=Q(id=1))]
