import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Now
from django.db.models.lookups import Exact
from django.utils import timezone

from referentiel.droits import Droits
from referentiel.nomenclatures import (
    LOT_EN_FILE,
    LOT_EN_TRAITEMENT,
    LOT_FINI,
    ChoixDeDoublons,
    EtatLot,
    Source,
)


class LotQuerySet(models.QuerySet["Lot"]):
    def visibles_par(self, droits: Droits) -> "LotQuerySet":
        """Deposits, by any door, that could write for this person's establishments and no other."""
        reels = self.filter(fictif=False)
        if droits.uais is None:
            return reels
        return reels.filter(uais__isnull=False, uais__contained_by=list(droits.uais))


class Lot(models.Model):
    """One deposit of many lines: a file, or a bulk call of the write API.

    The row is the truth about the work: a worker holds it through `bail_jusqua`, and a batch whose lease ran out is
    taken up again by any other worker. The Celery message is only a wake-up.

    Three works may be asked of it: a dry run (`essai_…`, which leaves it to be confirmed, with the counts that it would
    have), the writing of its lines, and its withdrawal (`retrait_…`). The acts are in
    `referentiel.imports.depots.conduite`.
    """

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel (XLSX)"
        ODS = "ods", "OpenDocument (ODS)"
        JSON = "json", "JSON"
        NDJSON = "ndjson", "NDJSON"

    cle = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    canal = models.CharField(max_length=8, choices=Source)
    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="déposé par",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    jeton_id = models.BigIntegerField("jeton", null=True, blank=True)
    uais = ArrayField(
        models.CharField(max_length=8),
        verbose_name="UAI que le dépôt peut écrire",
        null=True,
        blank=True,
        help_text="vide : tous (ligne de commande)",
    )
    fictif = models.BooleanField("bac à sable", default=False)
    nom_fichier = models.CharField("fichier", max_length=255, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    taille = models.BigIntegerField("taille (octets)")
    format = models.CharField(max_length=6, choices=Format, blank=True)
    encodage = models.CharField(max_length=20, blank=True)
    separateur = models.CharField("séparateur", max_length=1, blank=True)
    entetes = ArrayField(models.TextField(), verbose_name="colonnes du fichier", default=list, blank=True)
    colonnes = models.JSONField(
        "correspondance choisie",
        null=True,
        blank=True,
        help_text="clé de la colonne → champ, ou vide pour l'ignorer ; les autres suivent leur titre",
    )
    reglages = models.JSONField(
        "réglages de lecture",
        null=True,
        blank=True,
        help_text="ce qu'une personne a décidé du reste : feuille, ligne des titres, encodage, constantes, valeurs",
    )
    #: What the worker has seen of the file (`imports.depots.analyse`): its first lines, hence erased with it.
    analyse = models.JSONField(null=True, blank=True)
    tout_ou_rien = models.BooleanField("tout ou rien", default=False)
    choix_doublons = models.CharField(
        "sort des doublons probables",
        max_length=13,
        choices=ChoixDeDoublons,
        blank=True,
        default="",
        db_default="",
    )
    etat = models.CharField("état", max_length=18, choices=EtatLot, default=EtatLot.EN_ATTENTE)
    message = models.TextField(blank=True)

    #: An estimate until the file has been read once.
    lignes = models.IntegerField(null=True, blank=True)
    lignes_lues = models.IntegerField(default=0)
    creees = models.IntegerField("créées", default=0)
    modifiees = models.IntegerField("mises à jour", default=0)
    inchangees = models.IntegerField("inchangées", default=0)
    rejetees = models.IntegerField("rejetées", default=0)
    etudiants_crees = models.IntegerField("étudiants créés", default=0)
    avis = models.IntegerField("avertissements", default=0)
    doublons = models.IntegerField("doublons probables", default=0, db_default=0)
    #: Of them, those that the choice to update would record in place of an inscription.
    doublons_a_jour = models.IntegerField("doublons à mettre à jour", default=0, db_default=0)
    #: What the updates change, by kind: field, before, after, number of lines; the most frequent kinds.
    changements = models.JSONField(default=list, blank=True, db_default=Value([], models.JSONField()))
    retirees = models.IntegerField("inscriptions retirées", default=0)
    restaurees = models.IntegerField("inscriptions rétablies", default=0)
    gardees = models.IntegerField("inscriptions gardées", default=0)
    etudiants_retires = models.IntegerField("étudiants retirés", default=0)

    bail_jusqua = models.DateTimeField("pris en charge jusqu'à", null=True, blank=True)
    executant = models.CharField("exécutant", max_length=100, blank=True)
    tentatives = models.IntegerField(default=0)
    depose_le = models.DateTimeField("déposé le", auto_now_add=True)
    commence_le = models.DateTimeField("commencé le", null=True, blank=True)
    fini_le = models.DateTimeField("fini le", null=True, blank=True)
    #: When the present work was asked for: its turn among those of the same establishment.
    demande_le = models.DateTimeField("demandé le", default=timezone.now, db_default=Now())
    #: End of the dry run made with the present mapping and option; none, or out of date: null.
    essaye_le = models.DateTimeField("essayé le", null=True, blank=True)
    #: Instant of the transaction that wrote the lines: their `confirmee_le`, until another sender confirms them.
    ecrit_le = models.DateTimeField("lignes écrites le", null=True, blank=True)
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)
    retire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="retrait demandé par",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    #: Its bytes, and the values of its signalled lines, are no longer kept.
    efface_le = models.DateTimeField("contenu effacé le", null=True, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = "dépôt"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="lot_etat_connu", condition=Q(etat__in=EtatLot.values)),
            models.CheckConstraint(
                name="lot_fini_date",
                condition=Q(etat__in=LOT_FINI, fini_le__isnull=False)
                | ~Q(etat__in=LOT_FINI) & Q(fini_le__isnull=True),
            ),
            models.CheckConstraint(
                name="lot_en_cours_tenu",
                condition=~Q(etat__in=LOT_EN_TRAITEMENT) | Q(bail_jusqua__isnull=False),
            ),
            models.CheckConstraint(
                name="lot_retire_date",
                condition=Q(etat=EtatLot.RETIRE, retire_le__isnull=False)
                | ~Q(etat=EtatLot.RETIRE) & Q(retire_le__isnull=True),
            ),
            models.CheckConstraint(
                name="lot_efface_fini", condition=Q(efface_le__isnull=True) | Q(etat__in=LOT_FINI)
            ),
            # Contained by any rights, a deposit for nobody would be seen by everybody.
            models.CheckConstraint(
                name="lot_reel_pour_un_etablissement",
                condition=Q(fictif=True) | Q(uais__isnull=True) | Q(uais__len__gte=1),
            ),
            # A key of the file's columns → a field: nothing else has a meaning.
            models.CheckConstraint(
                name="lot_colonnes_objet",
                condition=Q(colonnes__isnull=True)
                | Q(
                    Exact(
                        Func("colonnes", function="jsonb_typeof", output_field=models.TextField()), "object"
                    )
                ),
            ),
            models.CheckConstraint(
                name="lot_reglages_objet",
                condition=Q(reglages__isnull=True)
                | Q(
                    Exact(
                        Func("reglages", function="jsonb_typeof", output_field=models.TextField()), "object"
                    )
                ),
            ),
            models.CheckConstraint(
                name="lot_choix_connu", condition=Q(choix_doublons__in=["", *ChoixDeDoublons.values])
            ),
        ]
        indexes = [
            models.Index(
                name="lot_a_traiter",
                fields=["demande_le", "id"],
                condition=Q(etat__in=[*LOT_EN_FILE, *LOT_EN_TRAITEMENT]),
            ),
            # The same bytes, deposited again.
            models.Index(name="lot_sha256", fields=["sha256"]),
            # An establishment's last deposits, among those of everybody.
            GinIndex(name="lot_uais", fields=["uais"]),
        ]


class FragmentDeLot(models.Model):
    """A piece of a deposit's bytes (≤ 1 MiB).

    In the database and not on a disk: committed with the batch, saved with it, readable by every worker.
    """

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="fragments", db_index=False)
    numero = models.IntegerField()
    contenu = models.BinaryField()

    class Meta:
        verbose_name = "fragment de dépôt"
        constraints = [models.UniqueConstraint(name="fragment_unique", fields=["lot", "numero"])]


class LigneSignalee(models.Model):
    """A line of a deposit that was rejected, or taken with a notice.

    The line itself is not copied here: the report reads it again in the deposit's bytes.
    """

    #: For a page: the title of the column, the value as people write it.
    colonne: str
    lue: str

    class Niveau(models.TextChoices):
        REJET = "rejet", "Rejetée"
        AVIS = "avis", "Avertissement"
        #: Before in `valeur`, after in `message`.
        MODIF = "modif", "Changement"

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="lignes_signalees", db_index=False)
    ligne = models.IntegerField(help_text="numéro de ligne dans le fichier, en-tête comprise")
    niveau = models.CharField(max_length=5, choices=Niveau)
    champ = models.CharField("colonne", max_length=60, blank=True)
    valeur = models.TextField(blank=True)
    code = models.CharField(max_length=40)
    message = models.TextField()

    class Meta:
        verbose_name = "ligne signalée"
        indexes = [models.Index(name="ligne_signalee_lot", fields=["lot", "niveau", "ligne"])]


class ActeDeLot(models.Model):
    """Who asked what of a deposit: written by the database at each change of state that a person signs
    (`referentiel.ecriture.auteur`), so that a colleague, or an administrator who stands in, is known as such.
    """

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="actes", db_index=False)
    avant = models.CharField("état d'avant", max_length=18, blank=True)
    apres = models.CharField("état d'après", max_length=18, choices=EtatLot)
    auteur = models.CharField(max_length=60)
    instant = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "acte sur un dépôt"
        verbose_name_plural = "actes sur des dépôts"
        ordering = ["id"]
        indexes = [models.Index(name="acte_de_lot", fields=["lot", "id"])]
