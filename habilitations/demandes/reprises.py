"""Taking over the request of an applicant who has left: by a colleague whose link to the organisation is verified.

That the applicant has left is a fact that the database shows, never the colleague's word alone: who is there proposes
the request (`habilitations.demandes.transferts`), or the ministry does.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.demandes import transferts
from habilitations.demandes.acte import Passage
from habilitations.models import Compte, Demande, Rattachement, Transfert
from referentiel import francais

#: Who has not signed in for so long is taken as gone.
SILENCE = timedelta(days=60)


def est_parti(demande: Demande) -> bool:
    """Account closed, link to the organisation ended or refused by the ministry, or nobody seen for long."""
    demandeur = demande.demandeur
    if not demandeur.is_active or timezone.now() - _derniere_visite(demandeur) >= SILENCE:
        return True
    return not Rattachement.objects.filter(
        compte=demandeur, organisation=demande.organisation_id, refuse_le__isnull=True
    ).exists()


def pas_encore(demande: Demande, acteur: Acteur) -> str:
    if demande.transfert_propose is not None:
        return f"La demande est proposée à {demande.transfert_propose.vers} : c'est à cette personne de répondre."
    if est_parti(demande):
        return ""
    jour = timezone.localtime(_derniere_visite(demande.demandeur) + SILENCE)
    return (
        f"{demande.demandeur} a ouvert une session il y a moins de {SILENCE.days} jours : demandez-lui de vous "
        "transférer la demande. Sans nouvelle visite, elle pourra être reprise à partir du "
        f"{francais.date(jour)} ; avant, écrivez au ministère."
    )


def preparer(passage: Passage) -> None:
    demande, maintenant = passage.demande, timezone.now()
    demande.transfert = Transfert(
        demande=demande,
        de=demande.demandeur,
        vers=passage.acteur.compte,
        propose_par=passage.acteur.compte,
        propose_le=maintenant,
        expire_le=maintenant + transferts.DUREE,
        issue=Transfert.Issue.ACCEPTE,
        clos_le=maintenant,
    )
    transferts.raconter(passage)
    demande.demandeur = passage.acteur.compte
    if demande.instructeur_id == passage.acteur.compte.pk:
        demande.instructeur = None


def _derniere_visite(compte: Compte) -> datetime:
    return compte.last_login or compte.cree_le
