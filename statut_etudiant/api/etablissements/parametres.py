"""What may be asked of `GET /api/etablissements`: filters, and JSON or CSV."""

from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.http import HttpRequest
from django_filters import CharFilter, ChoiceFilter, FilterSet

from referentiel.expressions import Normalise
from referentiel.models import Etablissement
from referentiel.nomenclatures import Secteur, TypeEtablissement
from statut_etudiant.api.filtres import FiltreOuiNon, FiltreRefuse


class FiltreEtablissements(FilterSet):
    q = CharFilter(
        method="chercher",
        max_length=100,
        label="Mots du nom, sans égard aux accents ni à la casse, ou code UAI.",
    )
    academie = CharFilter(method="dans_l_academie", max_length=40, label="Académie, par exemple Toulouse.")
    departement = CharFilter(
        "departement", lookup_expr="iexact", max_length=3, label="Code du département, par exemple 31 ou 2A."
    )
    type = ChoiceFilter(choices=TypeEtablissement, label="Type d'établissement.")
    secteur = ChoiceFilter(choices=Secteur, label="Secteur.")
    alimente = FiltreOuiNon(
        method="qui_alimente",
        label="true : ceux qui ont déclaré des inscriptions de l'année universitaire ; false : les autres.",
    )
    ouvert = FiltreOuiNon("ouvert", label="true : ceux qui sont ouverts ; false : ceux qui ont fermé.")

    class Meta:
        model = Etablissement
        fields: list[str] = []

    def chercher(self, queryset: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        queryset = queryset.alias(cle=Normalise(F("nom")))
        for mot in valeur.split()[:10]:
            queryset = queryset.filter(Q(cle__contains=Normalise(Value(mot))) | Q(uai=mot.upper()))
        return queryset

    def dans_l_academie(self, queryset: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        return queryset.alias(cle_academie=Normalise(F("academie"))).filter(
            cle_academie=Normalise(Value(valeur))
        )

    def qui_alimente(self, queryset: QuerySet[Any], nom: str, valeur: bool) -> QuerySet[Any]:
        alimentent = Q(couverture__inscriptions__gt=0)
        return queryset.filter(alimentent) if valeur else queryset.exclude(alimentent)


def veut_du_csv(request: HttpRequest) -> bool:
    format_ = request.GET.get("format", "").lower()
    if format_ not in {"", "json", "csv"}:
        raise FiltreRefuse("format", "json ou csv est attendu.")
    if format_:
        return format_ == "csv"
    return request.get_preferred_type(["application/json", "text/csv"]) == "text/csv"
