"""What the screens of deposits share: whose deposit, at which step, in which words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import cache_control

from referentiel.droits import Droits, auteurs
from referentiel.ecriture.auteur import signer
from referentiel.models import Lot
from referentiel.nomenclatures import LOT_EN_FILE, LOT_EN_TRAITEMENT, EtatLot, Source
from referentiel.views.cadre import Vue, page_de_gestion

#: Lines of a report hold what its sender wrote about people: no copy in the browser.
_SANS_COPIE = cache_control(no_store=True, private=True)


def page_de_depot(vue: Vue) -> Vue:
    return _SANS_COPIE(page_de_gestion()(vue))


def lot_visible(droits: Droits, cle: UUID) -> Lot:
    """404 alike for another's deposit and for none."""
    visibles = Lot.objects.visibles_par(droits).select_related("compte", "retire_par")
    return get_object_or_404(visibles, cle=cle)


@contextmanager
def signe(droits: Droits) -> Iterator[None]:
    """One transaction, in which the database notes under whose name a deposit changes (`ActeDeLot`)."""
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, droits.auteur)
        yield


class Trace(NamedTuple):
    instant: datetime
    libelle: str
    auteur: str


_TRACES: dict[tuple[str, str], str] = {
    ("", EtatLot.A_CONFIRMER): "Fichier déposé",
    ("", EtatLot.ANALYSE_EN_ATTENTE): "Fichier déposé",
    (EtatLot.A_CONFIRMER, EtatLot.ESSAI_EN_ATTENTE): "Essai demandé",
    (EtatLot.A_CONFIRMER, EtatLot.EN_ATTENTE): "Enregistrement confirmé",
    (EtatLot.TERMINE, EtatLot.RETRAIT_EN_ATTENTE): "Retrait demandé",
    (EtatLot.RETRAIT_EN_ATTENTE, EtatLot.TERMINE): "Retrait annulé",
}


def traces(lot: Lot) -> list[Trace]:
    """What people asked of a deposit, the first act first."""
    actes = list(lot.actes.all())
    qui = auteurs({acte.auteur for acte in actes})
    return [
        Trace(
            acte.instant,
            _TRACES.get((acte.avant, acte.apres), "Dépôt abandonné"),
            qui[acte.auteur].nom if acte.auteur in qui else "compte supprimé",
        )
        for acte in actes
    ]


class Phase(NamedTuple):
    numero: int
    titre: str
    suivante: str
    total: int = 4


CHOISIR = Phase(1, "Choisir le fichier", "vérifier les colonnes")
COLONNES = Phase(2, "Vérifier les colonnes", "vérifier tout le contenu, sans rien enregistrer")
ESSAI = Phase(3, "Vérifier le contenu", "enregistrer les lignes valides")
ENREGISTRER = Phase(4, "Enregistrer", "")


class EtatAffiche(NamedTuple):
    """The state of a deposit, as a list shows it. `badge`: a kind of DSFR badge, '' for the plain one."""

    libelle: str
    badge: str


_BADGES = {
    EtatLot.A_CONFIRMER: "new",
    EtatLot.ECHEC: "error",
    EtatLot.ANNULE: "",
    EtatLot.RETIRE: "",
}


def situation(lot: Lot) -> EtatAffiche:
    etat = EtatLot(lot.etat)
    if etat == EtatLot.TERMINE:
        if rien_n_a_ete_pris(lot):
            return EtatAffiche("Rien n'a été pris", "error")
        return (
            EtatAffiche("Terminé, avec rejets", "warning")
            if lot.rejetees
            else EtatAffiche("Terminé", "success")
        )
    return EtatAffiche(etat.label, _BADGES.get(etat, "info"))


def rien_n_a_ete_pris(lot: Lot) -> bool:
    return lot.etat == EtatLot.TERMINE and lot.rejetees > 0 and not lignes_valides(lot)


def en_chemin(lot: Lot) -> bool:
    """A worker has it or will take it: the page refreshes itself."""
    return lot.etat in (*LOT_EN_FILE, *LOT_EN_TRAITEMENT)


def lignes_valides(lot: Lot) -> int:
    return lot.creees + lot.modifiees + lot.inchangees


def rien_de_neuf(lot: Lot) -> bool:
    """Its valid lines are all recorded already, as they are."""
    return lot.inchangees > 0 and not (lot.creees or lot.modifiees)


def numero(lot: Lot) -> str:
    """What the pages of a deposit are called: several files may bear one name."""
    return f"Dépôt n° {lot.pk}"


def nom(lot: Lot) -> str:
    """What a person calls this deposit."""
    return lot.nom_fichier or f"Envoi du {timezone.localtime(lot.depose_le):%d/%m/%Y}"


def deposant(lot: Lot) -> str:
    if lot.compte is not None:
        return str(lot.compte)
    return Source(lot.canal).label


def avec_situation(lots: Any) -> list[dict[str, Any]]:
    return [
        {
            "lot": lot,
            "situation": situation(lot),
            "nom": nom(lot),
            "deposant": deposant(lot),
            "valides": lignes_valides(lot),
        }
        for lot in lots
    ]


def accorder(nombre: int, singulier: str, pluriel: str) -> str:
    """In French, 0 takes the singular."""
    return pluriel if nombre > 1 else singulier
