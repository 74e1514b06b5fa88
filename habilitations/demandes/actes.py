"""Doing an act on a request: the one passage for rights, transaction, history and notices.

`actes.valider(demande_id=…, acteur=…, texte=…)` does the act that the table (`habilitations.demandes.workflow`) names
« valider ». The request's row is locked, the table and what only data can tell are checked, then state and event are
written together. Of two people deciding at once exactly one wins; the other is told who and when.
Mails are written to the outbox in the same transaction and leave on commit.
"""

from copy import copy
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from habilitations.acteur import POUR_LE_MINISTERE, Acteur, Qualite
from habilitations.courriels.annonces import Apercu, annoncer, apercus
from habilitations.demandes import empechement, recevabilite
from habilitations.demandes.acte import Acte, Passage, Texte
from habilitations.demandes.workflow import ACTES
from habilitations.models import Demande, Evenement, Organisation
from habilitations.refus import ActeRefuse, DejaFait, DemandeIncomplete

__all__ = ["ActeRefuse", "DejaFait", "DemandeIncomplete", "creer", "faire", "prevoir"]

#: What is said when the words that an act needs are missing.
EXIGES = {
    Texte.MESSAGE: "Écrivez un message.",
    Texte.MOTIF: "Donnez le motif.",
    Texte.DEPART: "Dites ce que vous savez du départ du demandeur.",
}


def __getattr__(nom: str) -> Any:
    if nom not in ACTES:
        raise AttributeError(nom)
    return partial(faire, nom)


@transaction.atomic
def creer(*, acteur: Acteur, organisation: Organisation, type_: str, **champs: Any) -> Demande:
    """A new draft. `champs`: what is already known of the form (pre-fill). Raises ActeRefuse for a kind that is not
    for this organisation."""
    recevabilite.exiger(organisation, type_, champs.get("acteur_declare", ""))
    acte = ACTES["creer"]
    _annoncer_a_la_base(acte)
    demande = Demande.objects.create(demandeur=acteur.compte, organisation=organisation, type=type_, **champs)
    passage = Passage(acte, demande, acteur, Qualite.DEMANDEUR, "")
    evenement = _evenement(passage, de="")
    evenement.save(force_insert=True)
    annoncer(evenement, acte.courriels)
    return demande


@transaction.atomic
def faire(nom: str, *, demande_id: int, acteur: Acteur, texte: str = "", **saisies: Any) -> Demande:
    """Do an act. `saisies`: what it asks besides its words. Raises ActeRefuse, of which DejaFait and
    DemandeIncomplete."""
    acte = ACTES[nom]
    demande = (
        Demande.objects.select_for_update(of=("self",))
        .select_related("organisation", "habilitation", "demandeur", "instructeur")
        .get(pk=demande_id)
    )
    de = demande.etat
    passage = _ouvrir(acte, demande, acteur, texte)
    acte.preparer(passage, **saisies)
    acte.accomplir(passage)
    if acte.vers is not None:
        demande.etat = acte.vers
    _annoncer_a_la_base(acte)
    # The history first: the database lets the request change only with its line (trigger).
    evenement = _evenement(passage, de=de)
    evenement.save(force_insert=True)
    demande.save()
    annoncer(evenement, acte.courriels)
    return demande


def prevoir(nom: str, *, demande: Demande, acteur: Acteur, texte: str = "", **saisies: Any) -> list[Apercu]:
    """The mails that `faire` would write. Nothing is written. A number that the act would give is not known yet, and
    said so. Raises ActeRefuse where `faire` would."""
    apres = copy(demande)
    # A copied model shares its cache of relations with the first one.
    apres._state = copy(demande._state)
    apres._state.fields_cache = dict(demande._state.fields_cache)
    acte = ACTES[nom]
    passage = _ouvrir(acte, apres, acteur, texte)
    acte.preparer(passage, **saisies)
    apres.etat = acte.vers or apres.etat
    evenement = _evenement(passage, de=demande.etat)
    evenement.instant = timezone.now()
    return apercus(evenement, acte.courriels)


def _ouvrir(acte: Acte, demande: Demande, acteur: Acteur, texte: str) -> Passage:
    """What the table requires, in the order in which one would say it. Raises ActeRefuse."""
    qualites = acteur.qualites(demande)
    qualite = next((qualite for qualite in acte.pour if qualite in qualites), None)
    if qualite is None:
        raise ActeRefuse(
            (acte.public & POUR_LE_MINISTERE and empechement.raison(demande, acteur))
            or "Vous n'avez pas le droit de faire cela sur cette demande."
        )
    if demande.etat not in acte.de:
        raise _depasse(demande, acte, acteur)
    if not acte.applicable(reouverture=demande.est_reouverture):
        raise ActeRefuse(f"« {acte.libelle} » ne s'applique pas à cette demande.")
    if acte.texte in EXIGES and not texte.strip():
        raise ActeRefuse(EXIGES[acte.texte])
    if raison := acte.empeche(demande, acteur):
        raise ActeRefuse(raison)
    return Passage(acte, demande, acteur, qualite, texte.strip())


def _annoncer_a_la_base(acte: Acte) -> None:
    """A trigger lets the state move by the act in progress only."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('ase.acte', %s, true)", [acte.nom])


def _evenement(passage: Passage, *, de: str) -> Evenement:
    return Evenement(
        demande=passage.demande,
        acte=passage.acte.nom,
        acteur=passage.acteur.compte,
        au_nom_de=passage.acteur.au_nom_de,
        acteur_nom=passage.acteur.nom_affiche,
        acteur_role=passage.qualite,
        de=de,
        vers=passage.demande.etat,
        texte=passage.texte,
        instantane=passage.instantane,
        details=passage.details,
    )


def _depasse(demande: Demande, acte: Acte, acteur: Acteur) -> ActeRefuse:
    """The state no longer allows the act: say who changed it, and when, if somebody did."""
    dernier = demande.evenements.exclude(de=F("vers")).order_by("-id").first()
    if dernier is None or demande.etat == Demande.Etat.BROUILLON:
        return ActeRefuse(
            f"« {acte.libelle} » n'est pas possible : la demande est à l'état « {demande.get_etat_display()} »."
        )
    etat = f"La demande est à l'état « {demande.get_etat_display()} »."
    quand, recit = _quand(dernier.instant), ACTES[dernier.acte].recit
    if dernier.acteur_id == acteur.compte.pk:
        return DejaFait(f"Déjà fait : {dernier.acteur_nom} {recit} {quand}. {etat}", par_soi_meme=True)
    return DejaFait(f"Trop tard : {dernier.acteur_nom} {recit} {quand}. {etat}")


def _quand(instant: datetime) -> str:
    return timezone.localtime(instant).strftime("le %d/%m/%Y à %H:%M")
