"""The filters of the inscriptions. None computes its choices by reading inscriptions: there are millions of them."""

import datetime
from collections.abc import Iterable
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import MONTHS

from referentiel.models import Etablissement, Inscription, Lot
from referentiel.views.cadre import droits_exiges

#: Of the university year that an inscription starts in: enrolments begin before the 1 September that opens it.
PREMIER_MOIS = 8
ANNEES = 7
ETABLISSEMENTS_PROPOSES = 100
LOTS_PROPOSES = 8

Choix = list[tuple[str, str]]


class Filtre(SimpleListFilter):
    """A value that is not among those offered finds nothing, rather than everything."""

    def value(self) -> str | None:
        return super().value() or None

    def has_output(self) -> bool:
        return bool(self.lookup_choices) or self.value() is not None

    parameter_name: str

    def choices(self, changelist: ChangeList) -> Iterable[Any]:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name, *self.dependants]),
            "display": "Tous",
        }
        for valeur, libelle in self.lookup_choices:
            yield {
                "selected": self.value() == str(valeur),
                "query_string": changelist.get_query_string(
                    {self.parameter_name: valeur}, remove=[*self.dependants, "p"]
                ),
                "display": libelle,
            }

    #: Parameters removed from the URL when this one changes.
    dependants: tuple[str, ...] = ()


class ParEtablissement(Filtre):
    """Their establishments to those who have several. The ministry types a UAI: it has thousands."""

    title = "établissement"
    parameter_name = "uai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choix:
        droits = droits_exiges(request)
        visibles = Etablissement.objects.visibles_par(droits)
        if droits.etablissements is None:
            visibles = visibles.filter(uai=self.value() or "")
        elif len(droits.etablissements) == 1:
            return []
        return [(un.uai, str(un)) for un in visibles.order_by("nom", "uai")[:ETABLISSEMENTS_PROPOSES]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Inscription]) -> QuerySet[Inscription]:
        if self.value() is None:
            return queryset
        visibles = Etablissement.objects.visibles_par(droits_exiges(request)).filter(uai=self.value())
        identifiant = visibles.values_list("pk", flat=True).first()
        return queryset.none() if identifiant is None else queryset.filter(etablissement=identifiant)


class ParAnnee(Filtre):
    title = "année universitaire"
    parameter_name = "annee"
    dependants = ("mois",)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choix:
        derniere = annee_de(timezone.localdate()) + 1
        return [(str(annee), f"{annee}-{annee + 1}") for annee in range(derniere, derniere - ANNEES, -1)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Inscription]) -> QuerySet[Inscription]:
        if self.value() is None:
            return queryset
        annee = _entier(self.value(), 1950, 2100)
        if annee is None:
            return queryset.none()
        return queryset.filter(
            date_debut__gte=datetime.date(annee, PREMIER_MOIS, 1),
            date_debut__lt=datetime.date(annee + 1, PREMIER_MOIS, 1),
        )


class ParMois(Filtre):
    """Within a year: the second step of a date hierarchy."""

    title = "mois de début"
    parameter_name = "mois"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.annee = _entier(request.GET.get("annee"), 1950, 2100)
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choix:
        if self.annee is None:
            return []
        return [
            (str(mois), f"{MONTHS[mois].capitalize()} {self._annee_civile(mois)}")
            for mois in (*range(PREMIER_MOIS, 13), *range(1, PREMIER_MOIS))
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Inscription]) -> QuerySet[Inscription]:
        if self.value() is None:
            return queryset
        mois = _entier(self.value(), 1, 12)
        if mois is None or self.annee is None:
            return queryset.none()
        debut = datetime.date(self._annee_civile(mois), mois, 1)
        return queryset.filter(date_debut__gte=debut, date_debut__lt=debut + relativedelta(months=1))

    def _annee_civile(self, mois: int) -> int:
        return (self.annee or 0) + (mois < PREMIER_MOIS)


class NonConfirmees(Filtre):
    """Inscriptions that no deposit has confirmed for some months: they may be obsolete."""

    title = "non confirmées depuis"
    parameter_name = "confirmee"
    DUREES = {"1": "Un mois", "3": "Trois mois", "6": "Six mois", "12": "Un an"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choix:
        return list(self.DUREES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Inscription]) -> QuerySet[Inscription]:
        if self.value() is None:
            return queryset
        if self.value() not in self.DUREES:
            return queryset.none()
        limite = timezone.now() - relativedelta(months=int(self.value() or 0))
        return queryset.filter(confirmee_le__lt=limite)


class ParDepot(Filtre):
    """What a deposit created: the last ones, or the one whose page led here."""

    title = "dépôt"
    parameter_name = "lot"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choix:
        visibles = Lot.objects.visibles_par(droits_exiges(request)).only("pk", "depose_le")
        lots = list(visibles.order_by("-pk")[:LOTS_PROPOSES])
        demande = _entier(self.value(), 1, 2**62)
        if demande and demande not in {lot.pk for lot in lots}:
            lots += visibles.filter(pk=demande)
        return [(str(lot.pk), f"N° {lot.pk} du {timezone.localtime(lot.depose_le):%d/%m/%Y}") for lot in lots]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Inscription]) -> QuerySet[Inscription]:
        if self.value() is None:
            return queryset
        # Another person's deposit is not among the choices: like an unknown one, it matches nothing.
        offerts = {valeur for valeur, _ in self.lookup_choices}
        return queryset.filter(lot=int(self.value() or 0)) if self.value() in offerts else queryset.none()


def annee_de(jour: datetime.date) -> int:
    """The year in which the university year of an inscription that starts that day opens."""
    return jour.year - (jour.month < PREMIER_MOIS)


def _entier(valeur: str | None, minimum: int, maximum: int) -> int | None:
    if valeur is None or not valeur.isascii() or not valeur.isdecimal() or len(valeur) > 19:
        return None
    nombre = int(valeur)
    return nombre if minimum <= nombre <= maximum else None
