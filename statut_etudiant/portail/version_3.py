"""« Passer à la version 3 »: what a client of version 2 changes; fields and errors come from the tables of the API."""

from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from statut_etudiant.api.perimetre import Porte
from statut_etudiant.api.situations import SITUATIONS
from statut_etudiant.api.v2.erreurs import ERREURS as ERREURS_V2
from statut_etudiant.api.v3.erreurs import ERREURS as ERREURS_V3
from statut_etudiant.portail.catalogue import donnees


class Passage(NamedTuple):
    """What version 2 says, and version 3 of the same; empty where one of them says nothing of it. What programs read
    is between backquotes."""

    v2: str
    v3: str
    remarque: str = ""


APPEL = (
    Passage("`/api/v2/etudiants`, avec `ine`", "`/v3/mesri/statut_etudiant/ine`"),
    Passage("`/api/v2/etudiants`, avec une identité", "`/v3/mesri/statut_etudiant/identite`"),
    Passage(
        "`/api/v2/etudiants`, avec le jeton FranceConnect",
        "`/v3/mesri/statut_etudiant/france_connect`",
        "Le jeton FranceConnect reste dans `Authorization: Bearer`.",
    ),
    Passage("`X-Api-Key`", "`Authorization: Bearer`", "`X-Api-Key` reste accepté."),
)
PARAMETRES = (
    Passage(
        "`recipient`", "`recipient`", "Obligatoire : le SIRET de l'organisme pour lequel l'appel est fait."
    ),
    Passage("`ine`", "`ine`"),
    Passage("`nom`", "`nomNaissance`"),
    Passage("`prenom`", "`prenoms[]`", "Répété, un par prénom ; seul le premier est comparé."),
    Passage(
        "`dateDeNaissance`",
        "`anneeDateNaissance`, `moisDateNaissance`, `jourDateNaissance`",
        "Trois nombres au lieu d'une date.",
    ),
    Passage("`sexe`", "`sexeEtatCivil`"),
    Passage(
        "`lieuDeNaissance`",
        "`codeCogInseeCommuneNaissance`",
        "Ou `nomCommuneNaissance` avec `codeCogInseeDepartementNaissance`.",
    ),
)
REPONSES = (
    Passage("le corps lui-même", "`data`", "Avec `links` et `meta`, toujours présents."),
    Passage(
        "`application/json`", "`application/vnd.api+json`", "Le même UTF-8, quel que soit l'en-tête `Accept`."
    ),
    Passage(
        "`inscriptions`, de `statut` « inscrit » ou « admis »",
        "`admissions`, où `est_inscrit` vaut `true` ou `false`",
        "Une liste dans les deux cas.",
    ),
    Passage(
        "`regime` : deux libellés",
        "`regime_formation` : sept codes, de RF1 à RF7",
        "RF1 à RF4 sont la formation initiale, RF5 à RF7 la formation continue.",
    ),
    Passage("`ine`", "", "La version 3 ne rend pas l'INE : gardez celui que vous avez transmis."),
    Passage(
        "un paramètre refusé : 400, le premier en cause",
        "422, tous les paramètres en cause à la fois",
    ),
    Passage(
        "`error`, `reason`, `message`",
        "`errors` : `code`, `title`, `detail`, `source`, `meta`",
        "Décidez d'après `code`.",
    ),
)


class ErreurPassee(NamedTuple):
    """What both versions answer in one situation."""

    quand: str
    v2: list[str]
    v3: list[str]


def erreurs() -> list[ErreurPassee]:
    passees = []
    for nom, situation in SITUATIONS.items():
        v2 = sorted({f"{une.statut} {une.reason}" for une in ERREURS_V2.values() if une.situation == nom})
        v3 = sorted({f"{une.statut} {code}" for code, une in ERREURS_V3.items() if une.situation == nom})
        if v2 and v3:
            passees.append(ErreurPassee(situation.quand, v2, v3))
    return passees


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    contexte: dict[str, Any] = {
        "tables": (
            ("Adresses et jeton", APPEL),
            ("Paramètres", PARAMETRES),
            ("Réponses", REPONSES),
        ),
        "donnees": [une for une in donnees((Porte.V2, Porte.V3)) if any(une.cles)],
        "erreurs": erreurs(),
    }
    return render(request, "portail/version_3.html", contexte)
