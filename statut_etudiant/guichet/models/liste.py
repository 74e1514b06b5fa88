import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from habilitations.models import Compte
from statut_etudiant.guichet.models.agent import Agent


class ListeQuerySet(models.QuerySet["Liste"]):
    def de(self, compte: Compte) -> "ListeQuerySet":
        """A person's own lists, as long as they are an agent for what they were sent for: nobody else opens them."""
        demandes = Agent.objects.en_service().filter(compte=compte).values("demande")
        return self.filter(compte=compte, demande__in=demandes)


class Liste(models.Model):
    """A list of people whom an agent has verified, from a file.

    The row is the truth about the work: a worker holds it through `bail_jusqua`, and a list whose lease ran out is
    taken up again where it stopped. What the file says of people is encrypted, and erased within days; the counts stay
    as long as the journal that they explain.
    """

    class Etat(models.TextChoices):
        ANALYSE = "analyse", "Lecture du fichier"
        A_CONFIRMER = "a_confirmer", "Colonnes à confirmer"
        EN_COURS = "en_cours", "Vérification en cours"
        TERMINEE = "terminee", "Terminée"
        INTERROMPUE = "interrompue", "Interrompue"
        REFUSEE = "refusee", "Fichier refusé"

    #: A worker has to do something of it.
    A_FAIRE = (Etat.ANALYSE, Etat.EN_COURS)
    FINIES = (Etat.TERMINEE, Etat.INTERROMPUE, Etat.REFUSEE)

    cle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    demande = models.ForeignKey("habilitations.Demande", on_delete=models.PROTECT, related_name="+")
    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="envoyée par", on_delete=models.PROTECT, related_name="+"
    )
    dossier = models.CharField("dossier ou motif", max_length=100)
    nom_fichier = models.CharField("fichier", max_length=255, blank=True)
    #: The file's bytes, encrypted, until it has been read.
    contenu = models.BinaryField(null=True)
    format = models.CharField(max_length=6, blank=True)
    #: Its titles, encrypted like its lines: a file without titles begins with somebody.
    titres = models.BinaryField(null=True)
    #: What each column is read as, in their order; '' for those that are left aside (`guichet.listes.colonnes`).
    colonnes = ArrayField(models.CharField(max_length=40, blank=True), default=list, blank=True)
    etat = models.CharField("état", max_length=11, choices=Etat, default=Etat.ANALYSE)
    message = models.TextField(blank=True)
    lignes = models.IntegerField(default=0)
    trouvees = models.IntegerField("trouvées", default=0)
    introuvables = models.IntegerField(default=0)
    illisibles = models.IntegerField("à corriger", default=0)
    executant = models.CharField("exécutant", max_length=100, blank=True)
    bail_jusqua = models.DateTimeField("prise en charge jusqu'à", null=True, blank=True)
    tentatives = models.IntegerField(default=0)
    envoyee_le = models.DateTimeField("envoyée le", db_default=Now())
    #: When a worker last left it: the lists that wait are served in turn.
    servie_le = models.DateTimeField("servie le", db_default=Now())
    finie_le = models.DateTimeField("finie le", null=True, blank=True)
    #: Its lines are no longer kept.
    effacee_le = models.DateTimeField("contenu effacé le", null=True, blank=True)

    objects = ListeQuerySet.as_manager()

    class Meta:
        verbose_name = "liste vérifiée"
        verbose_name_plural = "listes vérifiées"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="liste_finie_date",
                condition=Q(etat__in=["terminee", "interrompue", "refusee"], finie_le__isnull=False)
                | Q(etat__in=["analyse", "a_confirmer", "en_cours"], finie_le__isnull=True),
            ),
            models.CheckConstraint(
                name="liste_contenu_lu", condition=Q(contenu__isnull=True) | Q(etat="analyse")
            ),
            models.CheckConstraint(
                name="liste_effacee_finie",
                condition=Q(effacee_le__isnull=True) | Q(finie_le__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="liste_a_faire",
                fields=["servie_le", "id"],
                condition=Q(etat__in=["analyse", "en_cours"]),
            ),
            models.Index(name="liste_du_compte", fields=["compte", "-id"]),
        ]

    def __str__(self) -> str:
        return f"Liste n° {self.pk}"

    @property
    def faites(self) -> int:
        return self.trouvees + self.introuvables + self.illisibles

    @property
    def en_chemin(self) -> bool:
        return self.etat in self.A_FAIRE


class LigneDeListe(models.Model):
    """A line of a list: its cells, and what was answered, both encrypted."""

    class Issue(models.TextChoices):
        TROUVE = "trouve", "Étudiant trouvé"
        INTROUVABLE = "introuvable", "Aucun étudiant trouvé"
        ILLISIBLE = "illisible", "Ligne à corriger"

    liste = models.ForeignKey(Liste, on_delete=models.CASCADE, related_name="lignes_lues", db_index=False)
    numero = models.IntegerField("ligne du fichier")
    cellules = models.BinaryField()
    #: '' until it has been verified.
    issue = models.CharField(max_length=11, choices=Issue, blank=True, default="")
    reponse = models.BinaryField(null=True)

    class Meta:
        verbose_name = "ligne de liste"
        constraints = [
            models.UniqueConstraint(name="ligne_de_liste_unique", fields=["liste", "numero"]),
            models.CheckConstraint(
                name="ligne_repondue", condition=Q(issue="", reponse__isnull=True) | ~Q(issue="")
            ),
        ]
        indexes = [
            models.Index(name="ligne_a_verifier", fields=["liste", "numero"], condition=Q(issue="")),
        ]
