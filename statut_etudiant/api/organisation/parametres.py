"""What may be asked of the lists: filters, and where a page begins.

A cursor is only a place in the organisation's own list: whatever is written in it, nothing of another's comes.
"""

import re
from typing import Any

from django.db.models import BigIntegerField, Func, Q, QuerySet, TextChoices
from django_filters import ChoiceFilter, FilterSet

from habilitations.integrateurs.types import LIBELLES
from habilitations.models import Demande, Fait, Habilitation
from referentiel.identifiants import IdentifiantInvalide
from statut_etudiant.api.filtres import FiltreCode, FiltreInstant, curseur_refuse, entier

PAGINATION = frozenset({"curseur", "limite"})

TypeDEvenement = TextChoices(  # type: ignore[call-overload]
    "TypeDEvenement",
    [(nom.replace(".", "_").upper(), (nom, libelle)) for nom, libelle in LIBELLES.items()],
)


def lire_numero(brut: str, lettre: str) -> int | None:
    """The key that « D42 » or « H17 » names."""
    return entier(brut[1:]) if brut[:1] == lettre else None


def _numero(lettre: str) -> Any:
    def normaliser(brut: str) -> int:
        numero = lire_numero(brut, lettre)
        if numero is None:
            raise IdentifiantInvalide(f"Un numéro est attendu, par exemple {lettre}42.")
        return numero

    return normaliser


class FiltreDemandes(FilterSet):
    genre = ChoiceFilter("type", choices=Habilitation.Type, label="Genre de la demande.")
    etat = ChoiceFilter("etat", choices=Demande.Etat, label="État de la demande.")
    habilitation = FiltreCode(
        "habilitation_id", normaliser=_numero("H"), label="Numéro de l'habilitation que la demande a donnée."
    )
    modifieeDepuis = FiltreInstant(
        "modifie_le", lookup_expr="gte", label="Demandes créées ou modifiées depuis cet instant."
    )

    class Meta:
        model = Demande
        fields: list[str] = []


class FiltreHabilitations(FilterSet):
    genre = ChoiceFilter("type", choices=Habilitation.Type, label="Genre de l'habilitation.")
    etat = ChoiceFilter("etat", choices=Habilitation.Etat, label="État de l'habilitation.")
    valideeDepuis = FiltreInstant(
        "validee_le", lookup_expr="gte", label="Habilitations validées depuis cet instant."
    )

    class Meta:
        model = Habilitation
        fields: list[str] = []


class FiltreEvenements(FilterSet):
    type = ChoiceFilter("type", choices=TypeDEvenement, label="Type d'événement.")
    demande = FiltreCode("demande_id", normaliser=_numero("D"), label="Numéro de la demande concernée.")
    habilitation = FiltreCode(
        "habilitation_id", normaliser=_numero("H"), label="Numéro de l'habilitation concernée."
    )
    depuis = FiltreInstant("instant", lookup_expr="gte", label="Événements survenus depuis cet instant.")

    class Meta:
        model = Fait
        fields: list[str] = []


def apres_le_numero(liste: QuerySet[Any], curseur: str, lettre: str) -> QuerySet[Any]:
    """What follows this number in a list that goes from the newest to the oldest."""
    if not curseur:
        return liste
    numero = lire_numero(curseur, lettre)
    if numero is None:
        raise curseur_refuse()
    return liste.filter(pk__lt=numero)


_POSITION = re.compile(r"([0-9]{1,19})-([0-9]{1,19})", re.ASCII)


def position(fait: Fait) -> str:
    """Its place in the list of events."""
    return f"{fait.transaction}-{fait.pk}"


def apres_la_position(faits: QuerySet[Fait], curseur: str) -> QuerySet[Fait]:
    if not curseur:
        return faits
    lue = _POSITION.fullmatch(curseur)
    nombres = [entier(un) for un in lue.groups()] if lue else []
    if not nombres or None in nombres:
        raise curseur_refuse()
    transaction, numero = nombres
    return faits.filter(
        # Said twice: the first for the index, the second for the page.
        Q(transaction__gte=transaction) & (Q(transaction__gt=transaction) | Q(pk__gt=numero))
    )


class PremiereEnCours(Func):
    """The oldest transaction that is still under way: whatever is older is here, or will never be."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = BigIntegerField()
