"""The acts on a request: the one passage for rights, transaction, history and notices.

Each locks the request's row, checks the table (`habilitations.demandes.workflow`) and what only data can tell, then
writes state and event together. Of two people deciding at once exactly one wins; the other is told who and when.
Mails are written to the outbox in the same transaction and leave on commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.courriels.boite import annoncer
from habilitations.demandes import completude, instantane
from habilitations.demandes.workflow import BROUILLON, PAR_NOM, Acte, Qualite, Texte, applicable
from habilitations.jetons import liens, octroi
from habilitations.models import (
    Compte,
    ContactDeDemande,
    Demande,
    Evenement,
    Habilitation,
    Organisation,
    Rattachement,
)


class ActeRefuse(Exception):
    """The act cannot be done. The message is in French, for the person who tried."""


class DejaFait(ActeRefuse):
    """Somebody else acted first."""


class DemandeIncomplete(ActeRefuse):
    """Submission of a form that lacks something; `erreurs`: step → field → messages."""

    def __init__(self, erreurs: dict[str, dict[str, list[str]]]) -> None:
        super().__init__("La demande est incomplète : corrigez les étapes signalées.")
        self.erreurs = erreurs


@transaction.atomic
def creer(*, acteur: Acteur, organisation: Organisation, type_: str, **champs: Any) -> Demande:
    """A new draft. `champs`: what is already known of the form (pre-fill)."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('ase.acte', 'creer', true)")
    demande = Demande.objects.create(demandeur=acteur.compte, organisation=organisation, type=type_, **champs)
    _evenement(demande, PAR_NOM["creer"], acteur, Qualite.DEMANDEUR, de="")
    return demande


def soumettre(*, demande_id: int, acteur: Acteur) -> Demande:
    """Send the form to the instructors. Raises DemandeIncomplete, or ActeRefuse when nothing changed."""
    with _acte("soumettre", demande_id, acteur) as (demande, faits):
        if erreurs := completude.verifier(demande):
            raise DemandeIncomplete(erreurs)
        faits["instantane"] = instantane.prendre(demande)
        if demande.est_reouverture and not instantane.differences(
            demande.instantane_valide, faits["instantane"]
        ):
            raise ActeRefuse(
                "Rien n'a changé depuis la validation : modifiez la demande ou abandonnez les changements."
            )
        demande.soumise_le = timezone.now()
        demande.motif = ""
    return demande


def demander_modifications(*, demande_id: int, acteur: Acteur, texte: str) -> Demande:
    with _acte("demander_modifications", demande_id, acteur, texte) as (demande, _):
        demande.motif = texte
    return demande


def valider(
    *,
    demande_id: int,
    acteur: Acteur,
    texte: str = "",
    scopes: list[str] | None = None,
    motif_scopes: str = "",
) -> Demande:
    """Approve: the form is frozen and a habilitation made of it.

    `scopes`: a narrower set than asked for, which then needs a reason.
    """
    with _acte("valider", demande_id, acteur, texte) as (demande, faits):
        if scopes is not None and set(scopes) != set(demande.scopes):
            if not set(scopes) < set(demande.scopes):
                raise ActeRefuse("Les données accordées se réduisent, elles ne s'étendent pas.")
            if not motif_scopes.strip():
                raise ActeRefuse("Dites pourquoi les données accordées sont réduites.")
            faits["details"] = {"scopes_demandes": demande.scopes, "motif_scopes": motif_scopes.strip()}
            demande.scopes = sorted(scopes)
        try:
            demande.habilitation = octroi.habiliter(demande, auteur=acteur.responsable)
        except octroi.OctroiRefuse as refus:
            raise ActeRefuse(str(refus)) from None
        # What was approved stays within reach of its habilitation, even once another has replaced it.
        faits.setdefault("details", {})["habilitation"] = demande.habilitation.pk
        contact = demande.contacts.filter(role=ContactDeDemande.Role.TECHNIQUE).first()
        liens.envoyer_le_premier(
            habilitation=demande.habilitation, destinataire=contact.courriel if contact else ""
        )
        demande.instantane_valide = faits["instantane"] = instantane.prendre(demande)
        demande.decidee_le = timezone.now()
        demande.motif = ""
    return demande


def refuser(*, demande_id: int, acteur: Acteur, texte: str) -> Demande:
    with _acte("refuser", demande_id, acteur, texte) as (demande, _):
        demande.motif = texte
        demande.decidee_le = timezone.now()
    return demande


def refuser_reouverture(*, demande_id: int, acteur: Acteur, texte: str) -> Demande:
    """Refuse the changes: the form is put back as it was approved, the habilitation was never touched."""
    with _acte("refuser_reouverture", demande_id, acteur, texte) as (demande, faits):
        faits["instantane"] = instantane.prendre(demande)
        instantane.restaurer(demande, demande.instantane_valide)
        demande.motif = ""
    return demande


def revoquer(*, demande_id: int, acteur: Acteur, texte: str) -> Demande:
    """Revoke the habilitation: its tokens are refused from the next call on."""
    with _acte("revoquer", demande_id, acteur, texte) as (demande, _):
        octroi.revoquer(habilitation=demande.habilitation, motif=texte, auteur=acteur.responsable)
        demande.motif = texte
    return demande


def rouvrir(*, demande_id: int, acteur: Acteur) -> Demande:
    with _acte("rouvrir", demande_id, acteur) as (demande, _):
        demande.dpd_informe = demande.cgu_acceptees = False
    return demande


def annuler_reouverture(*, demande_id: int, acteur: Acteur) -> Demande:
    with _acte("annuler_reouverture", demande_id, acteur) as (demande, _):
        instantane.restaurer(demande, demande.instantane_valide)
    return demande


def annuler_reouverture_instructeur(*, demande_id: int, acteur: Acteur, texte: str) -> Demande:
    with _acte("annuler_reouverture_instructeur", demande_id, acteur, texte) as (demande, _):
        instantane.restaurer(demande, demande.instantane_valide)
    return demande


def archiver(*, demande_id: int, acteur: Acteur) -> Demande:
    with _acte("archiver", demande_id, acteur) as (demande, _):
        if demande.habilitation and demande.habilitation.etat == Habilitation.Etat.ACTIVE:
            raise ActeRefuse("Cette demande a une habilitation active : elle ne s'archive pas.")
        demande.archivee_le = timezone.now()
    return demande


def transferer(*, demande_id: int, acteur: Acteur, vers: Compte) -> Demande:
    """Give the request to another applicant, of the same organisation unless an administrator decides it."""
    with _acte("transferer", demande_id, acteur) as (demande, faits):
        if vers.pk == demande.demandeur_id:
            raise ActeRefuse(f"{vers} est déjà le demandeur.")
        if Qualite.ADMINISTRATEUR not in acteur.qualites(demande):
            lie = Rattachement.objects.filter(compte=vers, organisation=demande.organisation, verifie=True)
            if not lie.exists():
                raise ActeRefuse(f"{vers} n'est pas rattaché à {demande.organisation.nom}.")
        faits["details"] = {"de": str(demande.demandeur), "vers": str(vers)}
        demande.demandeur = vers
    return demande


def prendre_en_charge(*, demande_id: int, acteur: Acteur) -> Demande:
    with _acte("prendre_en_charge", demande_id, acteur) as (demande, faits):
        if demande.instructeur_id == acteur.compte.pk:
            raise ActeRefuse("Vous avez déjà cette demande en charge.")
        if demande.instructeur is not None:
            faits["details"] = {"reprise_a": str(demande.instructeur)}
        demande.instructeur = acteur.compte
    return demande


def rendre(*, demande_id: int, acteur: Acteur) -> Demande:
    with _acte("rendre", demande_id, acteur) as (demande, _):
        if demande.instructeur_id != acteur.compte.pk:
            raise ActeRefuse("Cette demande n'est pas à votre charge.")
        demande.instructeur = None
    return demande


@contextmanager
def _acte(
    nom: str, demande_id: int, acteur: Acteur, texte: str = ""
) -> Iterator[tuple[Demande, dict[str, Any]]]:
    """Around what an act does: lock, checks of the table, then state, event and notices.

    The body may put `instantane` and `details` of the event in the second value.
    """
    acte = PAR_NOM[nom]
    with transaction.atomic():
        demande = (
            Demande.objects.select_for_update(of=("self",))
            .select_related("organisation", "habilitation", "demandeur", "instructeur")
            .get(pk=demande_id)
        )
        qualites = acteur.qualites(demande) & set(acte.qui)
        if not qualites:
            raise ActeRefuse("Vous n'avez pas le droit de faire cela sur cette demande.")
        de = demande.etat
        if de not in acte.de:
            raise _depasse(demande, acte)
        if not applicable(nom, reouverture=demande.est_reouverture):
            raise ActeRefuse(f"« {acte.libelle} » ne s'applique pas à cette demande.")
        if acte.texte in {Texte.MESSAGE, Texte.MOTIF} and not texte.strip():
            raise ActeRefuse("Écrivez un message." if acte.texte == Texte.MESSAGE else "Donnez le motif.")
        faits: dict[str, Any] = {}
        yield demande, faits
        if acte.vers is not None:
            demande.etat = acte.vers
        with connection.cursor() as curseur:
            curseur.execute("SELECT set_config('ase.acte', %s, true)", [nom])
        demande.save()
        qualite = next(qualite for qualite in acte.qui if qualite in qualites)
        evenement = _evenement(demande, acte, acteur, qualite, de=de, texte=texte.strip(), **faits)
        annoncer(evenement)


def _evenement(
    demande: Demande, acte: Acte, acteur: Acteur, qualite: Qualite, *, de: str, texte: str = "", **faits: Any
) -> Evenement:
    return Evenement.objects.create(
        demande=demande,
        acte=acte.nom,
        acteur=acteur.compte,
        acteur_nom=acteur.nom_affiche,
        acteur_role=qualite,
        de=de,
        vers=demande.etat,
        texte=texte,
        instantane=faits.get("instantane"),
        details=faits.get("details", {}),
    )


def _depasse(demande: Demande, acte: Acte) -> ActeRefuse:
    """The state no longer allows the act: say who changed it, and when, if somebody did."""
    dernier = demande.evenements.exclude(de=F("vers")).order_by("-id").first()
    if dernier is None or demande.etat == BROUILLON:
        return ActeRefuse(
            f"« {acte.libelle} » n'est pas possible : la demande est à l'état « {demande.get_etat_display()} »."
        )
    return DejaFait(
        f"Trop tard : {dernier.acteur_nom} {PAR_NOM[dernier.acte].fait} {_quand(dernier.instant)}. "
        f"La demande est à l'état « {demande.get_etat_display()} »."
    )


def _quand(instant: datetime) -> str:
    return timezone.localtime(instant).strftime("le %d/%m/%Y à %H:%M")
