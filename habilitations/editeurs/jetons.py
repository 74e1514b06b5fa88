"""An editor's token: shown once to one of its agents, replaced with an overlap, restricted, revoked."""

from django.db import transaction

from habilitations.acteur import Acteur
from habilitations.jetons import emission, vie
from habilitations.jetons.liens import CHEVAUCHEMENT_MAXIMAL, JETONS_VIVANTS
from habilitations.jetons.vie import JetonRefuse
from habilitations.journal import noter
from habilitations.models import Editeur, Jeton, JournalAcces


@transaction.atomic
def montrer(*, editeur: Editeur, acteur: Acteur, chevauchement_jours: int = 30) -> tuple[Jeton, str]:
    """Issue a token, in place of the one alive if there is one; the second value is shown once. Raises JetonRefuse."""
    _verifier(editeur, acteur)
    editeur = (
        Editeur.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=editeur.pk)
    )
    if editeur.retire_le is not None:
        raise JetonRefuse("Votre organisation n'est plus un éditeur désigné par le ministère.")
    if not 0 <= chevauchement_jours <= CHEVAUCHEMENT_MAXIMAL:
        raise JetonRefuse(f"Le chevauchement va de 0 à {CHEVAUCHEMENT_MAXIMAL} jours.")
    vivants = list(editeur.jetons.vivants().order_by("pk"))
    if len(vivants) >= JETONS_VIVANTS:
        raise JetonRefuse(
            "Deux jetons sont déjà en service : révoquez l'ancien avant d'en demander un autre."
        )
    jeton, valeur = emission.emettre(
        organisation=editeur.organisation, type_=Jeton.Type.EDITEUR, editeur=editeur
    )
    vie.remplacer(vivants, jeton, chevauchement_jours=chevauchement_jours)
    _noter(jeton, acteur, "remis")
    return jeton, valeur


@transaction.atomic
def revoquer(*, jeton: Jeton, acteur: Acteur, motif: str) -> None:
    """Raises JetonRefuse."""
    _verifier(jeton.editeur, acteur)
    vie.revoquer(jeton=jeton, acteur=acteur, motif=motif)
    _noter(jeton, acteur, "révoqué", motif=motif.strip())


@transaction.atomic
def restreindre(*, jeton: Jeton, acteur: Acteur, adresses: list[str]) -> None:
    """Raises JetonRefuse."""
    _verifier(jeton.editeur, acteur)
    jeton = vie.restreindre(jeton=jeton, acteur=acteur, adresses=adresses)
    _noter(jeton, acteur, "restreint", adresses=jeton.adresses)


def _verifier(editeur: Editeur | None, acteur: Acteur) -> None:
    if acteur.au_nom_de is not None:
        raise JetonRefuse("Un jeton ne se gère pas à la place d'une personne.")
    if editeur is None or not Editeur.objects.servis_par(acteur.compte).filter(pk=editeur.pk).exists():
        raise JetonRefuse("Seuls les agents vérifiés de l'éditeur gèrent ses jetons.")


def _noter(jeton: Jeton, acteur: Acteur, acte: str, **details: object) -> None:
    noter(
        JournalAcces.Genre.JETON_D_EDITEUR,
        compte=acteur.compte,
        auteur=acteur.responsable,
        acte=acte,
        jeton=jeton.affichage,
        **details,
    )
