"""Filters of the lists: every value is checked, and an unknown filter is refused rather than ignored.

A misspelt filter that was ignored would answer the whole list to someone who asked for a part of it.
"""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet, IsoDateTimeFilter
from django_filters.fields import IsoDateTimeField

from referentiel.identifiants import IdentifiantInvalide, lire_date, normaliser_ine, normaliser_uai
from referentiel.models import Inscription
from referentiel.nomenclatures import Regime, Statut

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
            return super().to_python(value)
        except (ValidationError, ValueError, OverflowError):
            raise ValidationError(
                "Un instant ISO 8601 est attendu, par exemple 2026-11-21T08:00:00Z (dans une adresse, le signe + "
                "d'un décalage horaire s'écrit %2B)."
            ) from None


class FiltreInstant(IsoDateTimeFilter):
    field_class = _Instant


class _Code(forms.CharField):
    """An identifier in its stored form."""

    def __init__(self, *args: Any, normaliser: Any, **kwargs: Any) -> None:
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


class FiltreInscriptions(FilterSet):
    ine = FiltreCode("etudiant__ine", normaliser=normaliser_ine, label="INE de l'étudiant.")
    uai = FiltreCode(
        "etablissement__uai",
        normaliser=normaliser_uai,
        label="UAI d'un établissement du jeton.",
    )
    statut = ChoiceFilter(choices=Statut, label="Statut.")
    regime = ChoiceFilter(choices=Regime, label="Code du régime, RF1 à RF7.")
    dateDebutDepuis = FiltreJour(
        "date_debut", lookup_expr="gte", label="Inscriptions qui commencent à cette date ou après."
    )
    dateDebutJusqua = FiltreJour(
        "date_debut", lookup_expr="lte", label="Inscriptions qui commencent à cette date ou avant."
    )
    modifieDepuis = FiltreInstant(
        "modifie_le", lookup_expr="gte", label="Inscriptions créées ou modifiées depuis cet instant."
    )

    class Meta:
        model = Inscription
        fields: list[str] = []


def filtrer(
    classe: type[FilterSet], parametres: QueryDict, queryset: QuerySet[Any], *, autres: frozenset[str]
) -> QuerySet[Any]:
    """The queryset cut to what is asked. `autres`: parameters that are not filters. Raises FiltreRefuse."""
    for nom in parametres:
        if nom not in classe.base_filters and nom not in autres:
            raise FiltreRefuse(nom[:60], "Ce filtre n'existe pas. Consultez la documentation de l'API.")
    filtre = classe(parametres, queryset=queryset)
    if not filtre.form.is_valid():
        nom, messages = next(iter(filtre.form.errors.items()))
        raise FiltreRefuse(nom, messages[0])
    return filtre.qs


def lire_limite(parametres: QueryDict) -> int:
    """How many items a page holds."""
    return _entier("limite", parametres.get("limite") or str(LIMITE_PAR_DEFAUT), maximum=LIMITE_MAXIMALE)


def lire_curseur(parametres: QueryDict) -> int | None:
    """Where the page begins: after the item that the previous page ended with."""
    brut = parametres.get("curseur")
    return _entier("curseur", brut, maximum=_ID_MAXIMAL) if brut else None


def _entier(nom: str, brut: str, *, maximum: int) -> int:
    if brut.isascii() and brut.isdecimal() and len(brut) <= 19 and 1 <= int(brut) <= maximum:
        return int(brut)
    attendu = (
        "La valeur de « suivant » de la page précédente est attendue."
        if nom == "curseur"
        else f"Un nombre de 1 à {maximum} est attendu."
    )
    raise FiltreRefuse(nom, attendu)
