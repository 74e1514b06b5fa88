"""Handing a request over: proposed to a person, theirs once they accept it. Without an answer, the proposal ends."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from habilitations.acteur import Acteur, Qualite
from habilitations.courriels import annonces
from habilitations.courriels.annonces import Annonce
from habilitations.demandes.acte import Passage
from habilitations.models import Compte, Demande, Evenement, Rattachement, Transfert
from habilitations.refus import ActeRefuse
from referentiel import francais

DUREE = timedelta(days=15)

#: Mails of a proposal that nobody answered: no act, as nobody does anything.
SANS_REPONSE = (Annonce("transfert_sans_reponse", annonces.parties_du_transfert),)


def deja_propose(demande: Demande, acteur: Acteur) -> str:
    transfert = demande.transfert_propose
    if transfert is None:
        return ""
    return (
        f"La demande est déjà proposée à {transfert.vers}, qui a jusqu'au "
        f"{francais.date(timezone.localtime(transfert.expire_le))} pour répondre : annulez d'abord ce transfert."
    )


def rien_de_propose(demande: Demande, acteur: Acteur) -> str:
    return "" if demande.transfert_propose else "Aucun transfert n'attend de réponse."


def preparer_proposition(passage: Passage, *, vers: Compte) -> None:
    """To another applicant, of the same organisation unless an administrator decides it."""
    demande = passage.demande
    if vers.pk == demande.demandeur_id:
        raise ActeRefuse(f"{vers} est déjà le demandeur.")
    par_administration = passage.qualite == Qualite.ADMINISTRATEUR
    if not par_administration:
        _exiger_un_collegue(demande, vers)
    maintenant = timezone.now()
    demande.transfert = Transfert(
        demande=demande,
        de=demande.demandeur,
        vers=vers,
        propose_par=passage.acteur.compte,
        par_administration=par_administration,
        propose_le=maintenant,
        expire_le=maintenant + DUREE,
    )
    if demande.instructeur_id == passage.acteur.compte.pk:
        # Who hands a request over decides on it no more.
        demande.instructeur = None
    raconter(passage)


def proposer(passage: Passage) -> None:
    # One that nobody answered in time, and that the daily task has not closed yet.
    passage.demande.transferts.en_attente().update(issue=Transfert.Issue.EXPIRE, clos_le=timezone.now())
    passage.demande.transfert.save(force_insert=True)


def preparer_acceptation(passage: Passage) -> None:
    demande, transfert = passage.demande, _celui_qui_attend(passage)
    if not transfert.par_administration:
        # The link may have been lost since the proposal.
        _exiger_un_collegue(demande, transfert.vers)
    raconter(passage)
    demande.demandeur = transfert.vers
    if demande.instructeur_id == transfert.vers_id:
        demande.instructeur = None


def preparer_fin(passage: Passage) -> None:
    _celui_qui_attend(passage)
    raconter(passage)


def accepter(passage: Passage) -> None:
    _clore(passage.demande.transfert, Transfert.Issue.ACCEPTE)


def decliner(passage: Passage) -> None:
    _clore(passage.demande.transfert, Transfert.Issue.DECLINE)


def annuler(passage: Passage) -> None:
    _clore(passage.demande.transfert, Transfert.Issue.ANNULE)


def enregistrer(passage: Passage) -> None:
    """A change of applicant that waits for nobody's answer, written as it happens (`reprises`)."""
    passage.demande.transfert.save(force_insert=True)


def abandonner(passage: Passage) -> None:
    """A request that is closed is proposed to nobody any more."""
    passage.demande.transferts.en_attente().update(issue=Transfert.Issue.ANNULE, clos_le=timezone.now())


def clore_les_perimes() -> int:
    """End the proposals that nobody answered in time, and tell both; how many."""
    perimes = (
        Transfert.objects.en_attente().filter(expire_le__lte=timezone.now()).values_list("pk", flat=True)
    )
    return sum(_clore_perime(pk) for pk in list(perimes))


@transaction.atomic
def _clore_perime(pk: int) -> bool:
    # The request first, as the acts do.
    demande = Demande.objects.select_for_update(of=("self",)).filter(transferts=pk).select_related(
        "demandeur", "organisation"
    ).get()  # fmt: skip
    transfert = demande.transferts.en_attente().filter(pk=pk).select_related("de", "vers").first()
    if transfert is None:
        return False
    demande.transfert = transfert
    _clore(transfert, Transfert.Issue.EXPIRE)
    evenement = Evenement.objects.create(
        demande=demande,
        acte="transfert_sans_reponse",
        acteur_nom="API Statut étudiant",
        acteur_role=Qualite.SYSTEME,
        de=demande.etat,
        vers=demande.etat,
        details=_noms(transfert),
    )
    annonces.annoncer(evenement, SANS_REPONSE)
    return True


def _celui_qui_attend(passage: Passage) -> Transfert:
    transfert = passage.demande.transfert_propose
    if transfert is None:
        raise ActeRefuse("Ce transfert n'attend plus de réponse : il est clos, ou le délai est passé.")
    passage.demande.transfert = transfert
    return transfert


def _exiger_un_collegue(demande: Demande, vers: Compte) -> None:
    lien = Rattachement.objects.filter(compte=vers, organisation=demande.organisation).first()
    if lien is None:
        raise ActeRefuse(f"{vers} n'est pas rattaché à {demande.organisation.nom}.")
    if not lien.verifie:
        raise ActeRefuse(
            f"{vers} est rattaché à {demande.organisation.nom}, mais ce rattachement n'est pas vérifié : le ministère "
            "le vérifie, écrivez-lui."
        )


def raconter(passage: Passage) -> None:
    passage.details = _noms(passage.demande.transfert)


def _noms(transfert: Transfert) -> dict[str, str]:
    return {"de": str(transfert.de), "vers": str(transfert.vers)}


def _clore(transfert: Transfert, issue: Transfert.Issue) -> None:
    transfert.issue, transfert.clos_le = issue, timezone.now()
    transfert.save(update_fields=["issue", "clos_le"])
