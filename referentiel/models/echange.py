from django.contrib.postgres.fields import ArrayField
from django.db import models


class Echange(models.Model):
    """The exchange journal: who was given what about whom (CRPA art. R. 114-9-7).

    No name, INE or birth date. The table is partitioned by outcome, then by month; rows are never updated nor
    deleted (trigger), whole partitions are dropped when their time has passed (`referentiel.journal.echanges`).
    """

    class Voie(models.TextChoices):
        INE = "ine", "INE"
        IDENTITE = "identite", "Identité"
        FRANCE_CONNECT = "france_connect", "FranceConnect"
        CONSULTATION = "consultation", "Fiche consultée"
        CITOYEN = "citoyen", "Par la personne elle-même"
        VERIFICATION = "verification", "Certificat vérifié"

    class Issue(models.TextChoices):
        DONNEES = "donnees", "Données transmises"
        NON_TROUVE = "non_trouve", "Non trouvé"

    pk = models.CompositePrimaryKey("issue", "instant", "id")
    id = models.BigIntegerField()
    instant = models.DateTimeField()
    issue = models.CharField(max_length=10, choices=Issue)
    requete = models.CharField("identifiant de requête", max_length=64)
    jeton_id = models.BigIntegerField(null=True)
    habilitation_id = models.BigIntegerField(null=True)
    organisation = models.TextField()
    siret = models.CharField(max_length=14)
    recipient = models.CharField("destinataire", max_length=14)
    interface = models.CharField(max_length=10)
    voie = models.CharField(max_length=14, choices=Voie)
    etudiant_id = models.BigIntegerField("étudiant", null=True)
    compte_id = models.BigIntegerField("compte", null=True)
    par_compte_id = models.BigIntegerField("administrateur à la place de ce compte", null=True)
    #: SHA-256 of FranceConnect's `jti`: links the row with the person's own history there.
    jti_fc = models.CharField("empreinte du jeton FranceConnect", max_length=64)
    #: Who the bouquet of APIs says that it calls for (its `X-Caller`).
    appelant = models.CharField("appelant annoncé", max_length=100)
    #: The case number, or the reason, that an agent gave.
    dossier = models.CharField("dossier ou motif", max_length=100)
    #: The software editor that called, with what `organisation` delegated to it; empty when it called by itself.
    editeur = models.CharField("éditeur", max_length=255)
    editeur_siret = models.CharField("SIRET de l'éditeur", max_length=14)
    categories = ArrayField(models.TextField(), verbose_name="catégories de données")

    class Meta:
        verbose_name = "échange"
        managed = False
