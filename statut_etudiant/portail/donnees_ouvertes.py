"""« Données ouvertes »: the public files, each with its Table Schema (Frictionless), for people and for programs.

The schemas are read from what writes the files: the columns of the habilitations, and the OpenAPI schema of an
establishment.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from habilitations.ailleurs import ADRESSES
from statut_etudiant.api.etablissements.corps import COLONNES_CSV
from statut_etudiant.api.etablissements.schema import SCHEMAS
from statut_etudiant.portail import carte, habilitations, statistiques

LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte / Open Licence 2.0",
    "path": ADRESSES["licence-ouverte"],
}
#: Of an OpenAPI property to a field of a Table Schema: constraints that both know by the same name.
CONTRAINTES = ("enum", "pattern", "minimum", "maximum", "minLength", "maxLength")


def _champs_des_habilitations() -> list[dict[str, Any]]:
    return [colonne.champ() for colonne in habilitations.COLONNES]


def _champs_de_la_couverture() -> list[dict[str, Any]]:
    return [colonne.champ() for colonne in carte.COLONNES]


def _champs_des_appels() -> list[dict[str, Any]]:
    return [colonne.champ() for colonne in statistiques.COLONNES]


def _champs_des_usages() -> list[dict[str, Any]]:
    return [colonne.champ() for colonne in statistiques.PAR_USAGE]


def _champs_des_etablissements() -> list[dict[str, Any]]:
    return [_champ(nom) for nom in COLONNES_CSV]


def _champ(nom: str) -> dict[str, Any]:
    schema = SCHEMAS["Etablissement"]
    dit = schema["properties"][nom]
    champ: dict[str, Any] = {
        "name": nom,
        "type": "date" if dit.get("format") == "date" else dit["type"],
        "description": dit["description"],
    }
    if champ["type"] == "boolean":
        champ |= {"trueValues": ["oui"], "falseValues": ["non"]}
    contraintes = {cle: dit[cle] for cle in CONTRAINTES if cle in dit}
    if nom in schema["required"]:
        contraintes["required"] = True
    return champ | ({"constraints": contraintes} if contraintes else {})


class Jeu(NamedTuple):
    """A public file: `page` shows it, `fichier` is its address."""

    nom: str
    titre: str
    description: str
    mise_a_jour: str
    page: str
    fichier: Callable[[], str]
    champs: Callable[[], list[dict[str, Any]]]
    cle: str | list[str]

    def schema(self) -> dict[str, Any]:
        return {"fields": self.champs(), "primaryKey": self.cle, "missingValues": [""]}


JEUX = {
    jeu.nom: jeu
    for jeu in (
        Jeu(
            "habilitations",
            "Habilitations en vigueur",
            "Quelle organisation peut lire ou déclarer quoi, pour quel usage et sur quel fondement. Aucune personne "
            "n'y est nommée.",
            "À chaque décision",
            "habilitations-publiques",
            lambda: reverse("habilitations-publiques-csv"),
            _champs_des_habilitations,
            "habilitation",
        ),
        Jeu(
            "etablissements",
            "Établissements et fraîcheur de leurs données",
            "Quels établissements déclarent leurs étudiants, et depuis quand. Un nombre d'inscriptions inférieur à 10 "
            "n'est pas donné.",
            "Tous les quarts d'heure",
            "etablissements-couverts",
            lambda: f"{reverse('api-etablissements')}?format=csv",
            _champs_des_etablissements,
            "uai",
        ),
        Jeu(
            "couverture",
            "Couverture par département",
            "Combien d'établissements déclarent leurs étudiants, département par département.",
            "Tous les quarts d'heure",
            "couverture",
            lambda: reverse("couverture-csv"),
            _champs_de_la_couverture,
            "departement",
        ),
        Jeu(
            "appels",
            "Appels par jour sur deux mois",
            "Combien d'appels, par API, par voie et par résultat. Un nombre inférieur à 10 n'est pas donné.",
            "Tous les quarts d'heure",
            "statistiques",
            lambda: reverse("statistiques-csv"),
            _champs_des_appels,
            ["jour", "api", "voie", "issue"],
        ),
        Jeu(
            "habilitations-par-usage",
            "Habilitations par type et par cas d'usage",
            "Combien d'habilitations sont en vigueur, par type et par cas d'usage.",
            "Tous les quarts d'heure",
            "statistiques",
            lambda: reverse("statistiques-habilitations-csv"),
            _champs_des_usages,
            ["critere", "valeur"],
        ),
    )
}


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "portail/donnees_ouvertes.html", {"jeux": JEUX.values()})


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def schema(request: HttpRequest, nom: str) -> HttpResponse:
    """The Table Schema alone, as validators take it."""
    return _pour_tous(_jeu(nom).schema())


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def ressource(request: HttpRequest, nom: str) -> HttpResponse:
    """The Tabular Data Resource: the file's address and dialect, without which a validator reads one column."""
    jeu = _jeu(nom)
    return _pour_tous(
        {
            "profile": "tabular-data-resource",
            "name": jeu.nom,
            "title": jeu.titre,
            "description": jeu.description,
            "path": settings.ADRESSE_PUBLIQUE + jeu.fichier(),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8-sig",
            "dialect": {"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
            "licenses": [LICENCE],
            "schema": jeu.schema(),
        }
    )


def _jeu(nom: str) -> Jeu:
    if nom not in JEUX:
        raise Http404
    return JEUX[nom]


def _pour_tous(contenu: dict[str, Any]) -> HttpResponse:
    """Open data: pages of any other site may read it."""
    response = JsonResponse(contenu, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
