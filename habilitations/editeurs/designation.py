"""The ministry says which organisations are software editors, and takes it back."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.courriels.boite import ecrire
from habilitations.jetons import delegations
from habilitations.jetons.vie import agents
from habilitations.journal import noter
from habilitations.models import Editeur, JournalAcces, Organisation, Rattachement, Role
from habilitations.refus import ActeRefuse, DejaFait

#: Who calls an organisation an editor.
ROLES = frozenset({Role.Nom.RESPONSABLE, Role.Nom.ADMINISTRATEUR})


@transaction.atomic
def designer(*, organisation: Organisation, motif: str, acteur: Acteur) -> Editeur:
    """Raises ActeRefuse."""
    _verifier(organisation, motif, acteur)
    try:
        with transaction.atomic():
            editeur = Editeur.objects.create(
                organisation=organisation, designe_par=acteur.compte, motif=motif.strip()
            )
    except IntegrityError as erreur:
        if "editeur_actif_unique" in str(erreur):
            raise DejaFait(f"{organisation.nom} est déjà un éditeur.") from None
        raise
    _noter(JournalAcces.Genre.EDITEUR_DESIGNE, editeur, acteur, motif)
    _annoncer("editeur_designe", editeur)
    return editeur


@transaction.atomic
def retirer(*, editeur: Editeur, motif: str, acteur: Acteur) -> None:
    """Its tokens are refused at their next call, its delegations are over (trigger). Raises ActeRefuse."""
    editeur = (
        Editeur.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=editeur.pk)
    )
    _verifier(editeur.organisation, motif, acteur)
    if editeur.retire_le is not None:
        raise DejaFait(f"{editeur} n'était déjà plus un éditeur.")
    finies = list(
        editeur.delegations.filter(reprise_le__isnull=True).select_related(
            "editeur__organisation", "habilitation__organisation"
        )
    )
    editeur.retire_le, editeur.retire_par, editeur.motif_retrait = (
        timezone.now(),
        acteur.compte,
        motif.strip(),
    )
    editeur.save(update_fields=["retire_le", "retire_par", "motif_retrait"])
    _noter(JournalAcces.Genre.EDITEUR_RETIRE, editeur, acteur, motif)
    _annoncer("editeur_retire", editeur)
    for delegation in finies:
        delegations.annoncer_la_fin(delegation)


def _verifier(organisation: Organisation, motif: str, acteur: Acteur) -> None:
    if acteur.au_nom_de is not None or not ROLES & acteur.roles:
        raise ActeRefuse("Seul un responsable ou un administrateur du ministère dit qui est éditeur.")
    if Rattachement.objects.filter(compte=acteur.compte, organisation=organisation).exists():
        raise ActeRefuse("Vous êtes de cette organisation : quelqu'un d'autre doit en décider.")
    if not motif.strip():
        raise ActeRefuse("Donnez le motif.")


def _noter(genre: JournalAcces.Genre, editeur: Editeur, acteur: Acteur, motif: str) -> None:
    noter(
        genre,
        compte=acteur.compte,
        auteur=acteur.responsable,
        organisation=str(editeur.organisation),
        motif=motif.strip(),
    )


def _annoncer(genre: str, editeur: Editeur) -> None:
    for adresse in sorted(agents(editeur)):
        ecrire(
            genre=genre,
            destinataire=adresse,
            cle=f"{genre}:{editeur.pk}:{adresse}",
            contexte={"editeur": editeur, "organisation": editeur.organisation},
        )
