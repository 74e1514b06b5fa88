"""`GET /api/etablissements` (contract §7): who feeds the referential, and how freshly. Public, in JSON or CSV.

No personal data. Counts under ten are told as such and no more: in a small lycée they would say something of persons.
"""

import csv
import io
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, FilterSet

from referentiel.complements import reference
from referentiel.exports.formules import neutraliser
from referentiel.expressions import Normalise
from referentiel.identifiants import IdentifiantInvalide, normaliser_uai
from referentiel.models import Etablissement
from referentiel.nomenclatures import Secteur, TypeEtablissement
from statut_etudiant.api.erreurs_v2 import parametre_refuse
from statut_etudiant.api.filtres import FiltreOuiNon, FiltreRefuse, curseur_refuse, filtrer, lire_limite
from statut_etudiant.api.reponse import repondre
from statut_etudiant.api.vues import PUBLIC, VueDirecte

#: Under this number of records, the number itself is not told.
SEUIL = 10
AUCUNE, PEU, NOMBREUSES = "aucune", "moins de 10", "10 et plus"

#: The summary changes every quarter of an hour: what answers everyone may be kept by caches for a while.
CACHE = "public, max-age=300"

CSV = "text/csv; charset=utf-8"
COLONNES_CSV = (
    "uai",
    "nom",
    "type",
    "secteur",
    "academie",
    "departement",
    "codeCommune",
    "commune",
    "ouvert",
    "alimente",
    "inscriptions",
    "effectif",
    "derniereMiseAJour",
)


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


class Etablissements(VueDirecte):
    """Les établissements qui alimentent le référentiel, et la fraîcheur de leurs données."""

    acces = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            en_csv = _veut_du_csv(request)
            etablissements = filtrer(
                FiltreEtablissements,
                request.GET,
                Etablissement.objects.reels().select_related("couverture").order_by("uai"),
                autres={"format", "limite", "curseur"},
            )
            response = _en_csv(etablissements) if en_csv else _en_json(request, etablissements)
        except FiltreRefuse as refus:
            return repondre(*parametre_refuse(refus.parametre, refus.message))
        response.headers["Cache-Control"] = CACHE
        response.headers["Vary"] = "Accept"
        return response


def _veut_du_csv(request: HttpRequest) -> bool:
    format_ = request.GET.get("format", "").lower()
    if format_ not in {"", "json", "csv"}:
        raise FiltreRefuse("format", "json ou csv est attendu.")
    if format_:
        return format_ == "csv"
    return request.get_preferred_type(["application/json", "text/csv"]) == "text/csv"


def _en_json(request: HttpRequest, etablissements: QuerySet[Etablissement]) -> HttpResponse:
    limite = lire_limite(request.GET)
    if curseur := request.GET.get("curseur"):
        try:
            etablissements = etablissements.filter(uai__gt=normaliser_uai(curseur))
        except IdentifiantInvalide:
            raise curseur_refuse() from None
    page = list(etablissements[: limite + 1])
    corps: dict[str, Any] = {"etablissements": [decrire(etablissement) for etablissement in page[:limite]]}
    if len(page) > limite:
        corps["suivant"] = page[limite - 1].uai
    return repondre(200, corps)


def decrire(etablissement: Etablissement) -> dict[str, Any]:
    """What is public of an establishment. A value that is not known, or not told, is an absent key."""
    couverture = getattr(etablissement, "couverture", None)
    nombre = couverture.inscriptions if couverture else 0
    commune = etablissement.code_commune
    decrit = {
        "uai": etablissement.uai,
        "nom": etablissement.nom,
        "type": etablissement.type,
        "secteur": etablissement.secteur,
        "academie": etablissement.academie,
        "departement": etablissement.departement,
        "codeCommune": commune,
        "commune": reference().nom(commune),
        "ouvert": etablissement.ouvert,
        "alimente": nombre > 0,
        "inscriptions": nombre if nombre >= SEUIL else None,
        "effectif": AUCUNE if nombre == 0 else PEU if nombre < SEUIL else NOMBREUSES,
        "derniereMiseAJour": (
            timezone.localdate(couverture.derniere_confirmation).isoformat() if couverture else None
        ),
    }
    return {cle: valeur for cle, valeur in decrit.items() if valeur not in (None, "")}


def _en_csv(etablissements: QuerySet[Etablissement]) -> HttpResponse:
    """The whole list, for spreadsheets: formulas neutralised, semicolons and BOM as French ones expect.

    Held in memory (4,000 lines): a database that fails midway is then an error, and not a file cut short.
    """
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";")
    ecrivain.writerow(COLONNES_CSV)
    for etablissement in etablissements:
        decrit = decrire(etablissement)
        ecrivain.writerow([_cellule(decrit.get(colonne, "")) for colonne in COLONNES_CSV])
    response = HttpResponse(sortie.getvalue().encode("utf-8-sig"), content_type=CSV)
    response.headers["Content-Disposition"] = 'attachment; filename="etablissements.csv"'
    return response


def _cellule(valeur: Any) -> Any:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return neutraliser(valeur) if isinstance(valeur, str) else valeur
