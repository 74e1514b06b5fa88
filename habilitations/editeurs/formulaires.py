"""Ready-made forms: what an editor fills in beforehand of its clients' reading requests."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.models import Editeur, FormulairePret, Habilitation
from habilitations.refus import ActeRefuse

#: The kind of requests that they prepare: what is delegated.
TYPE = Habilitation.Type.LECTURE
#: What an editor prepares. Neither persons nor commitments, which are the applicant's alone.
CHAMPS = (
    "intitule",
    "description",
    "scopes",
    "destinataires",
    "conservation_mois",
    "cadre_nature",
    "cadre_references",
    "cadre_url",
)
#: More would be a catalogue.
MAXIMUM = 50


@transaction.atomic
def preparer(*, editeur: Editeur, acteur: Acteur, titre: str, champs: Mapping[str, Any]) -> FormulairePret:
    """Raises ActeRefuse."""
    _verifier(editeur, acteur)
    Editeur.objects.select_for_update(of=("self",)).get(pk=editeur.pk)
    if editeur.formulaires.filter(retire_le__isnull=True).count() >= MAXIMUM:
        raise ActeRefuse(f"{MAXIMUM} formulaires au plus : retirez ceux qui ne servent plus.")
    return FormulairePret.objects.create(editeur=editeur, titre=titre.strip(), champs=_retenus(champs))


@transaction.atomic
def changer(
    *, formulaire: FormulairePret, acteur: Acteur, titre: str, champs: Mapping[str, Any]
) -> FormulairePret:
    """Requests already begun by it stay as they are. Raises ActeRefuse."""
    formulaire = _verrouiller(formulaire, acteur)
    formulaire.titre, formulaire.champs = titre.strip(), _retenus(champs)
    formulaire.save(update_fields=["titre", "champs"])
    return formulaire


@transaction.atomic
def retirer(*, formulaire: FormulairePret, acteur: Acteur) -> None:
    """Its link begins no request any more. Raises ActeRefuse."""
    formulaire = _verrouiller(formulaire, acteur)
    formulaire.retire_le = timezone.now()
    formulaire.save(update_fields=["retire_le"])


def propose(cle: str) -> FormulairePret | None:
    """The one that a link designates, if requests may still begin by it."""
    try:
        identifiant = UUID(cle)
    except ValueError:
        return None
    return (
        FormulairePret.objects.proposes()
        .select_related("editeur__organisation")
        .filter(cle=identifiant)
        .first()
    )


def _retenus(champs: Mapping[str, Any]) -> dict[str, Any]:
    return {nom: champs[nom] for nom in CHAMPS if champs.get(nom) not in (None, "", [])}


def _verrouiller(formulaire: FormulairePret, acteur: Acteur) -> FormulairePret:
    _verifier(formulaire.editeur, acteur)
    formulaire = (
        FormulairePret.objects.select_for_update(of=("self",))
        .select_related("editeur__organisation")
        .get(pk=formulaire.pk)
    )
    if formulaire.retire_le is not None:
        raise ActeRefuse("Ce formulaire était déjà retiré.")
    return formulaire


def _verifier(editeur: Editeur, acteur: Acteur) -> None:
    if acteur.au_nom_de is not None:
        raise ActeRefuse("Un formulaire ne se prépare pas à la place d'une personne.")
    if not Editeur.objects.servis_par(acteur.compte).filter(pk=editeur.pk).exists():
        raise ActeRefuse("Seuls les agents vérifiés de l'éditeur préparent ses formulaires.")
