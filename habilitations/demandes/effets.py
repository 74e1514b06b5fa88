"""What each act does besides moving the state. `preparer_…` writes nothing; the others write beside the request, which
the passage saves (`habilitations.demandes.actes`)."""

from typing import Any, cast

from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.demandes import completude, constats, instantane, recevabilite
from habilitations.demandes.acte import Passage
from habilitations.jetons import liens, octroi
from habilitations.models import ContactDeDemande, Demande, Habilitation
from habilitations.refus import ActeRefuse, DemandeIncomplete
from referentiel import francais


def preparer_soumission(passage: Passage) -> None:
    demande = passage.demande
    recevabilite.exiger_pour(demande)
    if erreurs := completude.verifier(demande):
        raise DemandeIncomplete(erreurs)
    passage.instantane = instantane.prendre(demande)
    if demande.est_reouverture and not instantane.differences(_valide(demande), passage.instantane):
        raise ActeRefuse(
            "Rien n'a changé depuis la validation : modifiez la demande ou abandonnez les changements."
        )
    demande.soumise_le = timezone.now()
    demande.motif = ""


def retenir_le_motif(passage: Passage) -> None:
    passage.demande.motif = passage.texte


def preparer_validation(
    passage: Passage, *, scopes: list[str] | None = None, motif_scopes: str = "", motif_doutes: str = ""
) -> None:
    """The form is frozen and a habilitation made of it. `scopes`: a narrower set than asked for, with its reason.
    `motif_doutes`: why it is approved in spite of what is doubtful of who asks (`constats`)."""
    demande = passage.demande
    if doutes := constats.doutes(demande):
        if not motif_doutes.strip():
            raise ActeRefuse(
                "Dites pourquoi la demande est validée malgré ce point : " + " ".join(un.dit for un in doutes)
            )
        passage.details = {"doutes": [un.dit for un in doutes], "motif_doutes": motif_doutes.strip()}
    if scopes is not None and set(scopes) != set(demande.scopes):
        if not set(scopes) < set(demande.scopes):
            raise ActeRefuse("Les données accordées se réduisent, elles ne s'étendent pas.")
        if not motif_scopes.strip():
            raise ActeRefuse("Dites pourquoi les données accordées sont réduites.")
        passage.details |= {"scopes_demandes": demande.scopes, "motif_scopes": motif_scopes.strip()}
        demande.scopes = sorted(scopes)
    if demande.est_reouverture:
        passage.remplacee = demande.habilitation
    try:
        demande.habilitation = octroi.preparer(demande)
    except octroi.OctroiRefuse as refus:
        raise ActeRefuse(str(refus)) from None
    demande.instantane_valide = passage.instantane = instantane.prendre(demande)
    demande.decidee_le = timezone.now()
    demande.motif = ""


def habiliter(passage: Passage) -> None:
    demande, auteur = passage.demande, passage.acteur.responsable
    habilitation = _habilitation(demande)
    try:
        octroi.habiliter(habilitation, remplacee=passage.remplacee, porteur=demande.demandeur, auteur=auteur)
    except octroi.OctroiRefuse as refus:
        raise ActeRefuse(str(refus)) from None
    # What was approved stays within reach of its habilitation, even once another has replaced it.
    passage.details["habilitation"] = habilitation.pk
    if demande.sans_logiciel:
        return  # the desk is open: its agents are to be designated, and no token waits for anybody
    contact = demande.contacts.filter(role=ContactDeDemande.Role.TECHNIQUE).first()
    liens.envoyer_le_premier(habilitation=habilitation, destinataire=contact.courriel if contact else "")


def lien_vers_le_jeton(demande: Demande) -> str:
    if demande.est_reouverture or octroi.TYPE_DU_JETON[Habilitation.Type(demande.type)] is None:
        return ""
    if demande.sans_logiciel:
        return "Le demandeur sera invité à désigner les agents du guichet de vérification ; aucun jeton n'est remis."
    return "Le contact technique recevra aussi un lien à usage unique vers le jeton d'accès."


def preparer_refus(passage: Passage) -> None:
    passage.demande.motif = passage.texte
    passage.demande.decidee_le = timezone.now()


def preparer_refus_des_changements(passage: Passage) -> None:
    """What was refused stays in the history; the habilitation was never touched."""
    passage.instantane = instantane.prendre(passage.demande)
    passage.demande.motif = ""


def rendre_ce_qui_est_valide(passage: Passage) -> None:
    """The form is put back as it was approved."""
    instantane.restaurer(passage.demande, _valide(passage.demande))


def preparer_revocation(passage: Passage) -> None:
    """What its applicant was changing meanwhile stays in the history."""
    passage.demande.motif = passage.texte
    if passage.demande.etat != Demande.Etat.VALIDEE:
        passage.instantane = instantane.prendre(passage.demande)


def revoquer_l_habilitation(passage: Passage) -> None:
    """Its tokens are refused from the next call on. The form is put back as it was approved."""
    if passage.demande.etat != Demande.Etat.VALIDEE:
        rendre_ce_qui_est_valide(passage)
    octroi.revoquer(
        habilitation=_habilitation(passage.demande), motif=passage.texte, auteur=passage.acteur.responsable
    )


def preparer_reouverture(passage: Passage) -> None:
    passage.demande.dpd_informe = passage.demande.cgu_acceptees = False


def habilitation_active(demande: Demande, acteur: Acteur) -> str:
    if demande.habilitation is not None and demande.habilitation.etat == Habilitation.Etat.ACTIVE:
        return "Cette demande a une habilitation active : elle ne s'archive pas."
    return ""


def preparer_archivage(passage: Passage) -> None:
    passage.demande.archivee_le = timezone.now()


def deja_en_charge(demande: Demande, acteur: Acteur) -> str:
    return "Vous avez déjà cette demande en charge." if demande.instructeur_id == acteur.compte.pk else ""


def a_la_place_de(demande: Demande) -> str:
    return f"à la place {francais.de(demande.instructeur)}" if demande.instructeur is not None else ""


def pas_en_charge(demande: Demande, acteur: Acteur) -> str:
    return "" if demande.instructeur_id == acteur.compte.pk else "Cette demande n'est pas à votre charge."


def prendre_en_charge(passage: Passage) -> None:
    if passage.demande.instructeur is not None:
        passage.details = {"reprise_a": str(passage.demande.instructeur)}
    passage.demande.instructeur = passage.acteur.compte


def rendre(passage: Passage) -> None:
    passage.demande.instructeur = None


def _habilitation(demande: Demande) -> Habilitation:
    """Once approved, a request has one: the database says so."""
    return cast(Habilitation, demande.habilitation)


def _valide(demande: Demande) -> dict[str, Any]:
    """The form as it was approved, which a request that has a habilitation keeps."""
    return cast(dict[str, Any], demande.instantane_valide)
