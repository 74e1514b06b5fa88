"""Giving and taking away the ministry's roles: who may, to whom, and what it does to sessions."""

from django.db import transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.comptes.generations import fermer_les_sessions
from habilitations.journal import noter
from habilitations.models import Compte, JournalAcces, Role
from habilitations.refus import ActeRefuse, DejaFait

#: Who holds the role on the left gives and takes away those on the right.
ATTRIBUABLES: dict[str, frozenset[str]] = {
    Role.Nom.RESPONSABLE: frozenset({Role.Nom.RAPPORTEUR, Role.Nom.INSTRUCTEUR}),
    Role.Nom.ADMINISTRATEUR: frozenset(Role.Nom.values),
}


#: Roles that open everything: who gives one writes why, which the journal keeps.
MOTIVES = frozenset({Role.Nom.ADMINISTRATEUR})


def attribuables(acteur: Acteur, compte: Compte) -> frozenset[str]:
    """The roles that this actor may give to, or take from, this person. Never one's own: two people are needed."""
    if acteur.au_nom_de is not None or acteur.compte.pk == compte.pk:
        return frozenset()
    return frozenset().union(*(ATTRIBUABLES.get(role, frozenset()) for role in acteur.roles))


@transaction.atomic
def donner(*, acteur: Acteur | None, compte_id: int, nom: str, motif: str = "") -> Compte:
    """Give a role; for those of MOTIVES, with a reason. `acteur` None: the operators, by a command. Raises
    ActeRefuse."""
    compte = _verrouiller(acteur, compte_id, nom)
    motif = motif.strip()
    if acteur is not None and nom in MOTIVES and not motif:
        raise ActeRefuse(
            f"Le rôle « {Role.Nom(nom).label} » donne tous les droits : dites pourquoi vous le confiez."
        )
    if not compte.is_active:
        raise ActeRefuse("Ce compte est fermé.")
    if compte.roles.filter(nom=nom, retire_le__isnull=True).exists():
        raise DejaFait(f"{compte} a déjà le rôle « {Role.Nom(nom).label} ».")
    Role.objects.create(compte=compte, nom=nom, donne_par=acteur.compte if acteur else None)
    # Whatever their session was opened with may not be enough for the role: they sign in again.
    fermer_les_sessions(compte)
    noter(
        JournalAcces.Genre.ROLE_DONNE,
        compte=compte,
        auteur=acteur.compte if acteur else None,
        role=nom,
        **({"motif": motif} if motif else {}),
    )
    return compte


@transaction.atomic
def retirer(*, acteur: Acteur, compte_id: int, nom: str) -> Compte:
    """Take a role away, at once. Raises ActeRefuse."""
    compte = _verrouiller(acteur, compte_id, nom)
    retires = compte.roles.filter(nom=nom, retire_le__isnull=True).update(
        retire_le=timezone.now(), retire_par=acteur.compte
    )
    if not retires:
        raise DejaFait(f"{compte} n'a pas, ou n'a plus, le rôle « {Role.Nom(nom).label} ».")
    fermer_les_sessions(compte)
    noter(JournalAcces.Genre.ROLE_RETIRE, compte=compte, auteur=acteur.compte, role=nom)
    return compte


def _verrouiller(acteur: Acteur | None, compte_id: int, nom: str) -> Compte:
    compte = Compte.objects.select_for_update().get(pk=compte_id)
    if nom not in Role.Nom.values:
        raise ActeRefuse("Ce rôle n'existe pas.")
    if acteur is not None and nom not in attribuables(acteur, compte):
        if acteur.compte.pk == compte.pk:
            raise ActeRefuse(
                "Vous ne pouvez pas changer vos propres rôles : demandez-le à un administrateur."
            )
        raise ActeRefuse("Ce rôle n'est pas de ceux que vous donnez ou retirez.")
    return compte
