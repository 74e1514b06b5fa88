"""Closing an account, and opening it again: who, why, and what ends at once.

Nothing is deleted: what the person did stays theirs. Their sessions and roles end; their requests are transferred, and
their establishments taken back, by those who may.
"""

from django.db import transaction

from habilitations.acteur import Acteur
from habilitations.comptes import sessions
from habilitations.comptes.generations import fermer_les_sessions
from habilitations.journal import noter
from habilitations.models import Compte, JournalAcces, Role
from habilitations.refus import ActeRefuse, DejaFait


def empechement(acteur: Acteur, compte: Compte) -> str:
    """Why this actor may not close or open this account; empty when they may."""
    if acteur.au_nom_de is not None or Role.Nom.ADMINISTRATEUR not in acteur.roles:
        return "Seul un administrateur ferme ou rouvre un compte, en son propre nom."
    if acteur.compte.pk == compte.pk:
        return "On ne ferme pas son propre compte : demandez-le à un autre administrateur."
    return ""


@transaction.atomic
def fermer(*, acteur: Acteur, compte_id: int, motif: str) -> Compte:
    """End the person's sessions and roles, at the next request. Raises ActeRefuse."""
    compte = _verrouiller(acteur, compte_id, motif)
    if not compte.is_active:
        raise DejaFait("Ce compte est déjà fermé.")
    compte.is_active = False
    compte.save(update_fields=["is_active"])
    fermer_les_sessions(compte)
    sessions.fermer_toutes(compte)
    noter(JournalAcces.Genre.COMPTE_FERME, compte=compte, auteur=acteur.compte, motif=motif.strip())
    for role in compte.roles.filter(retire_le__isnull=True):
        # A role comes back by being given again, not with the account.
        role.retirer(par=acteur.compte)
        noter(JournalAcces.Genre.ROLE_RETIRE, compte=compte, auteur=acteur.compte, role=role.nom)
    return compte


@transaction.atomic
def rouvrir(*, acteur: Acteur, compte_id: int, motif: str) -> Compte:
    """Raises ActeRefuse."""
    compte = _verrouiller(acteur, compte_id, motif)
    if compte.is_active:
        raise DejaFait("Ce compte est déjà ouvert.")
    compte.is_active = True
    compte.save(update_fields=["is_active"])
    noter(JournalAcces.Genre.COMPTE_ROUVERT, compte=compte, auteur=acteur.compte, motif=motif.strip())
    return compte


def _verrouiller(acteur: Acteur, compte_id: int, motif: str) -> Compte:
    compte = Compte.objects.select_for_update().get(pk=compte_id)
    if raison := empechement(acteur, compte):
        raise ActeRefuse(raison)
    if not motif.strip():
        raise ActeRefuse("Indiquez le motif.")
    return compte
