"""Filters of the list of requests that each instructor keeps: those of the last visit, and those that they named."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from django.db import transaction

from habilitations.models import Compte, Filtre
from habilitations.refus import ActeRefuse

#: Named filters of a person.
MAXIMUM = 20


def parametres(valeurs: Mapping[str, str], *, par_defaut: Mapping[str, str]) -> str:
    """What differs from the list as it is without any filter, as its address has it."""
    return urlencode({nom: valeur for nom, valeur in valeurs.items() if valeur != par_defaut.get(nom, "")})


class Gardes(NamedTuple):
    derniers: str
    nommes: list[Filtre]


def gardes(compte: Compte) -> Gardes:
    siens = list(Filtre.objects.filter(compte=compte))
    derniers = next((filtre.parametres for filtre in siens if not filtre.nom), "")
    return Gardes(derniers, [filtre for filtre in siens if filtre.nom])


def retenir(compte: Compte, parametres: str, *, derniers: str) -> None:
    """The filters of this visit; written only when they are not those of the one before."""
    if parametres != derniers:
        Filtre.objects.update_or_create(compte=compte, nom="", defaults={"parametres": parametres})


@transaction.atomic
def enregistrer(*, compte: Compte, nom: str, parametres: str) -> Filtre:
    """Keep under this name; a name that is there already is taken over. Raises ActeRefuse."""
    # Two tabs do not make one filter too many.
    Compte.objects.select_for_update().get(pk=compte.pk)
    siens = Filtre.objects.filter(compte=compte).exclude(nom="")
    if not siens.filter(nom=nom).exists() and siens.count() >= MAXIMUM:
        raise ActeRefuse(f"Vous gardez déjà {MAXIMUM} filtres : supprimez-en un d'abord.")
    filtre, _ = Filtre.objects.update_or_create(compte=compte, nom=nom, defaults={"parametres": parametres})
    return filtre


def supprimer(*, compte: Compte, pk: int) -> bool:
    """False when it is none of theirs."""
    return bool(Filtre.objects.filter(compte=compte, pk=pk).exclude(nom="").delete()[0])
