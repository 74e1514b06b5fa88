"""What the filters of the lists share: every value is checked, an unknown filter is refused rather than ignored.

A misspelt filter that was ignored would answer the whole list to someone who asked for a part of it.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import CharFilter, Filter, FilterSet, IsoDateTimeFilter
from django_filters.fields import IsoDateTimeField

from referentiel.identifiants import IdentifiantInvalide, lire_date

LIMITE_PAR_DEFAUT = 100
LIMITE_MAXIMALE = 1_000
_ID_MAXIMAL = 2**63 - 1


class FiltreRefuse(ValueError):
    """A filter's value, or its name, is refused. The message is French, for the caller."""

    def __init__(self, parametre: str, message: str) -> None:
        super().__init__(parametre, message)
        self.parametre = parametre
        self.message = message


class _Jour(forms.DateField):
    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        try:
            return lire_date(value)
        except IdentifiantInvalide:
            raise ValidationError("Une date AAAA-MM-JJ est attendue, par exemple 2026-09-01.") from None


class FiltreJour(Filter):
    field_class = _Jour


class _Instant(IsoDateTimeField):
    def to_python(self, value: Any) -> Any:
        try:
            lu = super().to_python(value)
            # In UTC: PostgreSQL refuses offsets of more than sixteen hours, which ISO 8601 has.
            return lu if lu is None else lu.astimezone(UTC)
        except (ValidationError, ValueError, OverflowError):
            raise ValidationError(
                "Un instant ISO 8601 est attendu, par exemple 2026-11-21T08:00:00Z (dans une adresse, le signe + "
                "d'un décalage horaire s'écrit %2B)."
            ) from None


class FiltreInstant(IsoDateTimeFilter):
    field_class = _Instant


class _Code(forms.CharField):
    """An identifier, in its stored form."""

    def __init__(self, *args: Any, normaliser: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.normaliser = normaliser

    def clean(self, value: Any) -> Any:
        texte = super().clean(value)
        try:
            return self.normaliser(texte) if texte else texte
        except IdentifiantInvalide as refus:
            raise ValidationError(str(refus)) from None


class FiltreCode(CharFilter):
    field_class = _Code


class _OuiNon(forms.Field):
    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        try:
            return {"true": True, "false": False}[value.lower()]
        except KeyError:
            raise ValidationError("true ou false est attendu.") from None


class FiltreOuiNon(Filter):
    field_class = _OuiNon


def filtrer(
    classe: type[FilterSet], parametres: QueryDict, queryset: QuerySet[Any], *, autres: Collection[str]
) -> QuerySet[Any]:
    """The queryset cut to what is asked. `autres`: parameters that are not filters. Raises FiltreRefuse."""
    refuser_les_inconnus(parametres, connus={*classe.base_filters, *autres})
    filtre = classe(parametres, queryset=queryset)
    if not filtre.form.is_valid():
        nom, messages = next(iter(filtre.form.errors.items()))
        raise FiltreRefuse(nom, messages[0])
    return filtre.qs


def refuser_les_inconnus(parametres: QueryDict, *, connus: Collection[str]) -> None:
    for nom in parametres:
        if nom not in connus:
            raise FiltreRefuse(nom[:60], "Ce paramètre n'existe pas. Consultez la documentation de l'API.")


def lire_limite(parametres: Mapping[str, Any]) -> int:
    """How many items a page holds."""
    brut = parametres.get("limite") or str(LIMITE_PAR_DEFAUT)
    limite = entier(brut)
    if limite is None or not 1 <= limite <= LIMITE_MAXIMALE:
        raise FiltreRefuse("limite", f"Un nombre de 1 à {LIMITE_MAXIMALE} est attendu.")
    return limite


def entier(brut: str) -> int | None:
    """A positive integer that the database can hold, None for anything else."""
    if brut.isascii() and brut.isdecimal() and len(brut) <= 19 and int(brut) <= _ID_MAXIMAL:
        return int(brut)
    return None


def curseur_refuse() -> FiltreRefuse:
    return FiltreRefuse("curseur", "La valeur de « suivant » de la page précédente est attendue.")
