from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import cached_property

from habilitations.models.habilitation import Habilitation
from habilitations.models.recherche import cle_de_recherche, index_de_recherche
from habilitations.models.role import Rattachement
from habilitations.models.texte import sans_controle
from habilitations.models.transfert import Transfert

if TYPE_CHECKING:
    from habilitations.models.compte import Compte


#: The address of the technical contact, as the last approval froze it: what a draft says since then opens nothing.
CONTACT_VALIDE = KT("instantane_valide__contacts__technique__courriel")


class DemandeQuerySet(models.QuerySet["Demande"]):
    def visibles_par(self, acteur: "Compte") -> "DemandeQuerySet":
        """What this person may read: their own requests, those of the organisations that they verifiably belong to,
        those that name them as a contact or are proposed to them, and all of them for whoever instructs or reports."""
        return self if acteur.est_agent_du_ministere else self.concernant(acteur)

    def concernant(self, compte: "Compte") -> "DemandeQuerySet":
        """What is this person's own business, whatever they may read besides for the ministry."""
        nommee = ContactDeDemande.objects.filter(courriel=compte.courriel).values("demande")
        technique = Demande.objects.order_by().techniques_de(compte).values("pk")
        proposee = Transfert.objects.order_by().proposes_a(compte).values("demande")
        return self.filter(
            pk__in=_a_soi(compte).union(_de_ses_organisations(compte), nommee, technique, proposee)
        )

    def techniques_de(self, compte: "Compte") -> "DemandeQuerySet":
        """Those approved with this person as technical contact, who manages the tokens that came of them."""
        return self.alias(contact_valide=CONTACT_VALIDE).filter(contact_valide=compte.courriel)

    def essayees_par(self, compte: "Compte") -> "DemandeQuerySet":
        """Those whose sandbox token this person gets: their applicant, and the technical contact that they name."""
        technique = ContactDeDemande.objects.filter(
            courriel=compte.courriel, role=ContactDeDemande.Role.TECHNIQUE
        )
        return self.filter(pk__in=_a_soi(compte).union(technique.values("demande")))

    def suivies_par(self, compte: "Compte") -> "DemandeQuerySet":
        """Those whose history and messages the person reads: a contact, only named, reads the form alone."""
        if compte.est_agent_du_ministere:
            return self
        return self.filter(pk__in=_a_soi(compte).union(_de_ses_organisations(compte)))


# The ways of concerning someone are a UNION of keys, not an OR: each branch then has its index, where an OR would read
# every request that there is.
def _a_soi(compte: "Compte") -> models.QuerySet[Any]:
    return Demande.objects.order_by().filter(demandeur=compte).values("pk")


def _de_ses_organisations(compte: "Compte") -> models.QuerySet[Any]:
    siennes = Rattachement.objects.filter(compte=compte, verifie=True).values("organisation")
    return Demande.objects.order_by().filter(organisation__in=siennes).values("pk")


class Demande(models.Model):
    """A request for a habilitation, from its draft to its archive.

    Its state is written by the acts only (`habilitations.demandes.actes`): a trigger refuses any other writer, and any
    move that the table of acts does not declare. The CHECK constraints say which facts each state requires.
    """

    class Etat(models.TextChoices):
        BROUILLON = "brouillon", "Brouillon"
        SOUMISE = "soumise", "En cours d'instruction"
        MODIFICATIONS = "modifications_demandees", "Modifications demandées"
        VALIDEE = "validee", "Validée"
        REFUSEE = "refusee", "Refusée"
        REVOQUEE = "revoquee", "Révoquée"
        ARCHIVEE = "archivee", "Archivée"

    type = models.CharField(max_length=13, choices=Habilitation.Type)
    etat = models.CharField("état", max_length=23, choices=Etat, default=Etat.BROUILLON)
    organisation = models.ForeignKey(
        "habilitations.Organisation", on_delete=models.PROTECT, related_name="demandes"
    )
    demandeur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="demandes")
    instructeur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="prise en charge par",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="demandes_instruites",
    )
    #: The habilitation that this request gave, which stays active while the request is reopened.
    habilitation = models.ForeignKey(
        "habilitations.Habilitation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="demandes",
    )

    #: What the applicant says that the organisation is (`habilitations.eligibilite.acteurs`), if they were asked.
    acteur_declare = models.CharField("acteur déclaré", max_length=14, blank=True, default="", db_default="")
    #: The ready-made form that it began with (`habilitations.demandes.cas_d_usage`); empty without one.
    cas = models.CharField("cas d'usage", max_length=40, blank=True, default="", db_default="")

    demandeur_fonction = models.CharField("fonction", max_length=150, blank=True)
    demandeur_telephone = models.CharField("téléphone", max_length=30, blank=True)

    intitule = models.CharField("intitulé du projet", max_length=255, blank=True)
    description = models.TextField("description du projet", blank=True, max_length=5000)
    date_prevue = models.DateField("date prévue de mise en service", null=True, blank=True)
    volume_annuel = models.PositiveIntegerField("nombre d'appels par an", null=True, blank=True)
    #: Nobody does the technical work: no token is sent, the agents verify at the desk.
    sans_logiciel = models.BooleanField(
        "sans logiciel, au guichet de vérification", default=False, db_default=False
    )

    scopes = ArrayField(models.CharField(max_length=60), verbose_name="données", default=list, blank=True)
    destinataires = models.TextField("destinataires des données", blank=True, max_length=2000)
    conservation_mois = models.PositiveIntegerField("durée de conservation (mois)", null=True, blank=True)
    conservation_justification = models.TextField(
        "justification d'une durée de plus de 36 mois", blank=True, max_length=2000
    )

    cadre_nature = models.CharField("nature du texte", max_length=40, blank=True)
    cadre_references = models.TextField("références", blank=True, max_length=2000)
    cadre_url = models.URLField("adresse du texte", max_length=500, blank=True)

    fc_numero_habilitation = models.CharField(
        "numéro d'habilitation FranceConnect", max_length=50, blank=True
    )
    fc_client_id = models.CharField("identifiant client FranceConnect", max_length=255, blank=True)
    uais = ArrayField(models.CharField(max_length=8), verbose_name="UAI", default=list, blank=True)
    logiciel = models.CharField("logiciel de scolarité", max_length=150, blank=True)

    cgu_acceptees = models.BooleanField("conditions générales acceptées", default=False)
    dpd_informe = models.BooleanField("délégué à la protection des données informé", default=False)

    #: What the last approval froze: the reference of a reopening, and what its refusal restores.
    instantane_valide = models.JSONField(null=True, blank=True)
    #: The last words of the ministry: changes asked for, reason of a refusal or a revocation.
    motif = models.TextField(blank=True)
    cree_le = models.DateTimeField("créée le", db_default=Now())
    modifie_le = models.DateTimeField("modifiée le", auto_now=True)
    soumise_le = models.DateTimeField("soumise le", null=True, blank=True)
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)
    archivee_le = models.DateTimeField("archivée le", null=True, blank=True)
    cle_recherche = cle_de_recherche("intitule")

    #: For a page: the messages that nobody has read yet, the documents.
    non_lus: int
    _joints: "list[Document]"

    objects = DemandeQuerySet.as_manager()

    #: The proposal that an act is about, for the mails that tell of it (`habilitations.demandes.transferts`).
    transfert: Transfert

    class Meta:
        verbose_name = "demande"
        ordering = ["-id"]
        constraints = [
            sans_controle("demande", "intitule", "demandeur_fonction", "demandeur_telephone"),
            models.CheckConstraint(
                name="demande_etat_connu",
                condition=Q(
                    etat__in=[
                        "brouillon",
                        "soumise",
                        "modifications_demandees",
                        "validee",
                        "refusee",
                        "revoquee",
                        "archivee",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="demande_soumise_complete",
                condition=~Q(etat__in=["soumise", "validee", "refusee", "revoquee"])
                | Q(soumise_le__isnull=False, cgu_acceptees=True, dpd_informe=True) & ~Q(intitule=""),
            ),
            # Open to its applicant again: what they write is a draft until they submit it.
            models.CheckConstraint(
                name="demande_modifiable_deja_soumise",
                condition=~Q(etat="modifications_demandees") | Q(soumise_le__isnull=False),
            ),
            models.CheckConstraint(
                name="demande_validee_habilitee",
                condition=~Q(etat__in=["validee", "revoquee"])
                | Q(habilitation__isnull=False, decidee_le__isnull=False, instantane_valide__isnull=False),
            ),
            models.CheckConstraint(
                name="demande_motivee",
                condition=~Q(etat__in=["modifications_demandees", "refusee", "revoquee"]) | ~Q(motif=""),
            ),
            models.CheckConstraint(
                name="demande_refusee_datee", condition=~Q(etat="refusee") | Q(decidee_le__isnull=False)
            ),
            models.CheckConstraint(
                name="demande_archivee_datee",
                condition=Q(etat="archivee", archivee_le__isnull=False)
                | ~Q(etat="archivee") & Q(archivee_le__isnull=True),
            ),
            models.CheckConstraint(
                name="demande_conservation_justifiee",
                condition=Q(conservation_mois__isnull=True)
                | Q(conservation_mois__gte=1, conservation_mois__lte=36)
                | Q(conservation_mois__lte=1200) & ~Q(conservation_justification="")
                | Q(etat__in=["brouillon", "modifications_demandees", "archivee"], conservation_mois__gte=1),
            ),
        ]
        indexes = [
            models.Index(name="demande_a_instruire", fields=["soumise_le"], condition=Q(etat="soumise")),
            models.Index(name="demande_par_etat", fields=["etat", "-id"]),
            models.Index(CONTACT_VALIDE, name="demande_contact_valide"),
            index_de_recherche("demande_cle_recherche"),
        ]

    def __str__(self) -> str:
        return f"{self.numero} {self.intitule}".strip()

    @property
    def numero(self) -> str:
        return f"D{self.pk}"

    @cached_property
    def nom_declare(self) -> str:
        """What the applicant says that the organisation is called; empty once something else than them says it."""
        if not self.organisation.sans_nom:
            return ""
        lien = Rattachement.objects.filter(compte=self.demandeur_id, organisation=self.organisation_id)
        return lien.values_list("nom_declare", flat=True).first() or ""

    @property
    def nom_de_l_organisation(self) -> str:
        return self.nom_declare or self.organisation.nom

    @cached_property
    def transfert_propose(self) -> Transfert | None:
        """The proposal that may still be answered, read once: acts lock a fresh copy of the request."""
        return (
            self.transferts.en_attente()
            .filter(expire_le__gt=timezone.now())
            .select_related("vers", "de", "propose_par")
            .first()
        )

    @property
    def est_reouverture(self) -> bool:
        """Whether the request already gave a habilitation: what is decided now replaces it, or leaves it as it is."""
        return self.instantane_valide is not None


class ContactDeDemande(models.Model):
    """A person whom the request names. With an account of the same e-mail, they may read the request; the technical
    contact also manages its tokens."""

    class Role(models.TextChoices):
        RESPONSABLE_TRAITEMENT = "responsable_traitement", "Responsable de traitement"
        DPD = "dpd", "Délégué à la protection des données"
        TECHNIQUE = "technique", "Contact technique"

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(max_length=22, choices=Role)
    nom = models.CharField(max_length=100, blank=True)
    prenom = models.CharField("prénom", max_length=100, blank=True)
    fonction = models.CharField(max_length=150, blank=True)
    courriel = models.EmailField("adresse e-mail", blank=True)
    telephone = models.CharField("téléphone", max_length=30, blank=True)

    class Meta:
        verbose_name = "contact"
        constraints = [
            models.UniqueConstraint(name="contact_un_par_role", fields=["demande", "role"]),
            models.CheckConstraint(
                name="contact_courriel_minuscule",
                condition=Q(courriel=models.functions.Lower(F("courriel"))),
            ),
            sans_controle("contact", "nom", "prenom", "fonction", "courriel", "telephone"),
        ]
        indexes = [models.Index(name="contact_courriel", fields=["courriel"])]

    def __str__(self) -> str:
        return self.get_role_display()


class DocumentQuerySet(models.QuerySet["Document"]):
    def du_formulaire(self) -> "DocumentQuerySet":
        """Those of the request itself, and not of a message about it."""
        return self.filter(message__isnull=True)

    def joints(self) -> "DocumentQuerySet":
        """Those of the request as it stands, without their content."""
        return self.du_formulaire().filter(retire_le__isnull=True).defer("contenu").order_by("pk")

    def sans_verdict(self) -> "DocumentQuerySet":
        """Those that no scanner has said anything about."""
        return self.filter(analyse__in=[Document.Analyse.EN_ATTENTE, Document.Analyse.SANS_AVIS])


class Document(models.Model):
    """A PDF joined to a request, or to a message about it. Kept in the database, as deposits are; served once known to
    be clean, or where no scanner is in service, with a warning."""

    class Genre(models.TextChoices):
        CADRE = "cadre", "Cadre juridique"
        MAQUETTE = "maquette", "Maquette"
        MESSAGE = "message", "Joint à un message"

    class Analyse(models.TextChoices):
        EN_ATTENTE = "en_attente", "Analyse en attente"
        #: No scanner was in service: whoever opens it is told so.
        SANS_AVIS = "sans_avis", "Non analysé par un antivirus"
        SAIN = "sain", "Sain"
        INFECTE = "infecte", "Refusé par l'antivirus"

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="documents")
    #: The one that came with it, which stays as it was sent.
    message = models.ForeignKey(
        "habilitations.Message", on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    genre = models.CharField(max_length=8, choices=Genre)
    nom = models.CharField(max_length=255)
    contenu = models.BinaryField()
    taille = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    analyse = models.CharField(max_length=10, choices=Analyse, default=Analyse.EN_ATTENTE)
    depose_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    depose_le = models.DateTimeField("déposé le", db_default=Now())
    #: Replaced or removed in the form, but frozen in a snapshot: kept, and no longer shown as current.
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        constraints = [
            models.CheckConstraint(
                name="document_de_formulaire_ou_de_message",
                condition=Q(genre="message", message__isnull=False, retire_le__isnull=True)
                | ~Q(genre="message") & Q(message__isnull=True),
            ),
            models.CheckConstraint(
                name="document_taille", condition=Q(taille__gte=1, taille__lte=10 * 1024 * 1024)
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def telechargeable(self) -> bool:
        return self.analyse in {self.Analyse.SAIN, self.Analyse.SANS_AVIS}
