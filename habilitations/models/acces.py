"""What signing in needs, and the journal of what touches people's rights."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Identite(models.Model):
    """Who ProConnect says a person is: its name (`sub`) for them, which never changes, unlike an e-mail address."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identites")
    emetteur = models.CharField("émetteur", max_length=255)
    sub = models.CharField(max_length=255)
    cree_le = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "identité ProConnect"
        constraints = [models.UniqueConstraint(name="identite_unique", fields=["emetteur", "sub"])]


class Appareil(models.Model):
    """The telephone that shows a person's codes (TOTP, RFC 6238: SHA-1, six digits, 30 seconds)."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appareils")
    #: The secret that the telephone shares, under `referentiel.chiffrement`: never in clear in the database.
    cle_chiffree = models.BinaryField(editable=False)
    #: False: its QR code was shown, no code has proved yet that it was read.
    confirme = models.BooleanField("confirmé", default=False)
    #: The half-minute of the last code accepted: no code serves twice.
    dernier_pas = models.BigIntegerField(default=-1)
    #: Half-minutes by which the telephone's clock is known to be away.
    derive = models.SmallIntegerField("dérive", default=0)
    cree_le = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "appareil"
        constraints = [models.UniqueConstraint(name="appareil_unique", fields=["compte", "confirme"])]


class CodeDeSecours(models.Model):
    """A code that stands for the second factor, once. Only its digest is kept."""

    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="codes_de_secours"
    )
    empreinte = models.CharField(max_length=64)
    utilise_le = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "code de secours"
        constraints = [
            models.UniqueConstraint(name="code_de_secours_unique", fields=["compte", "empreinte"]),
        ]


class Verrou(models.Model):
    """How many times in a row a secret was not given right, for one account or from one address."""

    cle = models.CharField(max_length=64, primary_key=True)
    #: What the failures are about, wherever they came from: all are lifted at once. Empty where that has no sense.
    groupe = models.CharField(max_length=64, blank=True, default="", db_default="")
    echecs = models.IntegerField()
    dernier_le = models.DateTimeField()
    jusqua = models.DateTimeField()

    class Meta:
        verbose_name = "verrou"
        indexes = [
            models.Index(name="verrou_dernier", fields=["dernier_le"]),
            models.Index(name="verrou_groupe", fields=["groupe"], condition=~Q(groupe="")),
        ]


class JournalAcces(models.Model):
    """Who gave which right to whom, who signed in and how, who stood in for whom. Append-only (trigger)."""

    class Genre(models.TextChoices):
        CONNEXION = "connexion", "Connexion"
        ROLE_DONNE = "role_donne", "Rôle donné"
        ROLE_RETIRE = "role_retire", "Rôle retiré"
        INCARNATION_DEBUT = "incarnation_debut", "Début d'incarnation"
        INCARNATION_FIN = "incarnation_fin", "Fin d'incarnation"
        MOT_DE_PASSE = "mot_de_passe", "Mot de passe changé"
        COURRIEL = "courriel", "Adresse e-mail changée"
        SECOND_FACTEUR = "second_facteur", "Second facteur activé"
        SECOND_FACTEUR_RETIRE = "second_facteur_retire", "Second facteur retiré"
        CODES_DE_SECOURS = "codes_de_secours", "Codes de secours renouvelés"
        PROCONNECT = "proconnect", "Compte relié à ProConnect"
        RATTACHEMENT = "rattachement", "Organisation ajoutée"
        RATTACHEMENT_RETIRE = "rattachement_retire", "Organisation retirée"
        RATTACHEMENT_PERIME = "rattachement_perime", "Organisation à vérifier de nouveau"
        GESTION_DONNEE = "gestion_donnee", "Établissement confié"
        GESTION_RETIREE = "gestion_retiree", "Établissement repris"
        COURRIEL_RENVOYE = "courriel_renvoye", "Courriel renvoyé"
        COMPTE_FERME = "compte_ferme", "Compte fermé"
        COMPTE_ROUVERT = "compte_rouvert", "Compte rouvert"
        SESSION_FERMEE = "session_fermee", "Session fermée à distance"
        EDITEUR_DESIGNE = "editeur_designe", "Éditeur désigné"
        EDITEUR_RETIRE = "editeur_retire", "Éditeur retiré"
        JETON_D_EDITEUR = "jeton_d_editeur", "Jeton d'éditeur"
        JETON_RENDU = "jeton_rendu", "Jeton suspendu rendu"
        RACCORDEMENT = "raccordement", "Raccordement d'un logiciel"

    instant = models.DateTimeField(db_default=Now())
    genre = models.CharField(max_length=21, choices=Genre)
    #: Whose account it is about.
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Who did it: the person themselves, or another. Empty: a command of the operators.
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    auteur_nom = models.CharField(max_length=255)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = "accès"
        verbose_name_plural = "accès"
        ordering = ["-id"]
        indexes = [models.Index(name="journal_acces_compte", fields=["compte", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="journal_acces_incarnation_motivee",
                condition=~Q(genre="incarnation_debut") | Q(details__has_key="motif"),
            ),
            models.CheckConstraint(
                name="journal_acces_fermeture_motivee",
                condition=~Q(genre__in=["compte_ferme", "compte_rouvert"]) | Q(details__has_key="motif"),
            ),
        ]
