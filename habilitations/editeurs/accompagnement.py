"""The editor with which a request is made: by whose form it began, and whether the applicant lets it follow.

Who follows sees where the request stands and when; never its persons, messages, documents, nor the words of a decision.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from habilitations.acteur import Acteur, Qualite
from habilitations.editeurs.formulaires import TYPE
from habilitations.models import Accompagnement, Delegation, Demande, Editeur, Evenement, FormulairePret
from habilitations.refus import ActeRefuse

PERMIS = "suivi_permis"
RETIRE = "suivi_retire"


@transaction.atomic
def commencer(*, demande: Demande, formulaire: FormulairePret, acteur: Acteur, suivie: bool) -> None:
    """A request begins by this form. `suivie`: its applicant lets the editor follow it. Raises ActeRefuse."""
    Accompagnement.objects.create(demande=demande, editeur=formulaire.editeur, formulaire=formulaire)
    if suivie:
        permettre(demande=demande, editeur=formulaire.editeur, acteur=acteur)


@transaction.atomic
def permettre(*, demande: Demande, editeur: Editeur, acteur: Acteur) -> Accompagnement:
    """Let this editor follow the request, and no other any more. Raises ActeRefuse."""
    demande = _verrouiller(demande, acteur)
    # Held, so that nobody ends it meanwhile.
    actif = Editeur.objects.actifs().select_for_update(of=("self",)).select_related("organisation")
    editeur_actif = actif.filter(pk=editeur.pk).first()
    if editeur_actif is None:
        raise ActeRefuse("Cette organisation n'est plus un éditeur désigné par le ministère.")
    connu, _ = Accompagnement.objects.get_or_create(demande=demande, defaults={"editeur": editeur_actif})
    if connu.suivi_depuis is not None:
        raise ActeRefuse(f"{connu.editeur} suit déjà cette demande : retirez-lui d'abord cet accès.")
    if connu.editeur_id != editeur_actif.pk:
        # The form by which it began is another's.
        connu.editeur, connu.formulaire = editeur_actif, None
    connu.suivi_depuis, connu.suivi_permis_par = timezone.now(), acteur.compte
    connu.save()
    _raconter(PERMIS, connu, demande, acteur)
    return connu


@transaction.atomic
def retirer(*, demande: Demande, acteur: Acteur) -> None:
    """The editor no longer sees the request. Raises ActeRefuse."""
    demande = _verrouiller(demande, acteur)
    connu = (
        Accompagnement.objects.select_related("editeur__organisation")
        .filter(demande=demande, suivi_depuis__isnull=False)
        .first()
    )
    if connu is None:
        raise ActeRefuse("Aucun éditeur ne suit cette demande.")
    connu.suivi_depuis = connu.suivi_permis_par = None
    connu.save(update_fields=["suivi_depuis", "suivi_permis_par"])
    _raconter(RETIRE, connu, demande, acteur)


def de(demande: Demande) -> Accompagnement | None:
    return (
        Accompagnement.objects.select_related("editeur__organisation", "formulaire")
        .filter(demande=demande)
        .first()
    )


def suivies(editeur: Editeur) -> QuerySet[Accompagnement]:
    """What this editor follows, the last begun first; `deleguee`: whether the habilitation is delegated to it."""
    deleguee = Delegation.objects.en_cours().filter(
        editeur=OuterRef("editeur"), habilitation=OuterRef("demande__habilitation")
    )
    return (
        Accompagnement.objects.filter(editeur=editeur, suivi_depuis__isnull=False)
        .select_related("demande__organisation", "demande__habilitation", "formulaire")
        .annotate(deleguee=Exists(deleguee))
        .order_by("-demande")
    )


def _verrouiller(demande: Demande, acteur: Acteur) -> Demande:
    """The request, locked for its applicant."""
    if acteur.au_nom_de is not None:
        raise ActeRefuse("Cela ne se décide pas à la place d'une personne.")
    demande = Demande.objects.select_for_update(of=("self",)).get(pk=demande.pk)
    if demande.demandeur_id != acteur.compte.pk:
        raise ActeRefuse("Seul le demandeur dit qui suit sa demande.")
    if demande.type != TYPE:
        raise ActeRefuse("Seule une demande de lecture se fait avec un éditeur.")
    return demande


def _raconter(acte: str, connu: Accompagnement, demande: Demande, acteur: Acteur) -> None:
    Evenement.objects.create(
        demande=demande,
        acte=acte,
        acteur=acteur.compte,
        acteur_nom=acteur.nom_affiche,
        acteur_role=Qualite.DEMANDEUR,
        de=demande.etat,
        vers=demande.etat,
        details={"editeur": str(connu.editeur.organisation)},
    )
