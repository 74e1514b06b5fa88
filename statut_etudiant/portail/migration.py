"""« Migrer depuis API Particulier »: what is the same, what differs, and how to check one's client.

`docs/migrer-depuis-api-particulier.md` says the same facts; a test compares it with this declaration, and another makes
the calls.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SIRET = "13002526500013"

PAREIL = (
    "Les adresses : /api/v2/etudiants, /v3/mesri/statut_etudiant/ine, …/identite et …/france_connect.",
    "Les en-têtes d'authentification, les paramètres, les périmètres, les réponses et les codes d'erreur.",
    "Les en-têtes de quota (RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After).",
    "Les adresses de surveillance : /api/ping, /api/pings et celles de chaque fournisseur.",
    "Une adresse de base qui finit par une barre oblique, ou qui ajoute /api devant /v3, fonctionne aussi.",
)


class Difference(NamedTuple):
    sujet: str
    ici: str
    que_faire: str


DIFFERENCES = (
    Difference(
        "Jeton dans l'adresse",
        "Il est refusé (400), et révoqué s'il est l'un des nôtres : trop d'intermédiaires enregistrent les adresses.",
        "Transmettez-le dans X-Api-Key, ou dans Authorization: Bearer en v3.",
    ),
    Difference(
        "Bearer en v2",
        "Sur /api/v2/etudiants, un Bearer est toujours un jeton d'accès FranceConnect.",
        "En v2, votre jeton va dans X-Api-Key.",
    ),
    Difference(
        "Masques sans population",
        "Un jeton qui n'a que des masques (identité, INE, établissements) n'ouvre rien : 401 en v2, 403 en v3.",
        "Demandez au moins une population : inscriptions en formation initiale, en formation continue, ou admissions.",
    ),
    Difference(
        "Personne hors des populations",
        "Elle est introuvable, par une réponse identique à celle d'une personne inconnue.",
        "Ne concluez pas d'un 404 que la personne n'est pas étudiante : demandez-lui un justificatif.",
    ),
    Difference(
        "Admissions en v2",
        "Une admission porte dateDebutAdmission et dateFinAdmission, et jamais les dates d'inscription.",
        "Distinguez une admission d'une inscription par statut, ou par la clé présente.",
    ),
    Difference(
        "Quota",
        "20 appels dans toute seconde glissante, par jeton ; un appel refusé ne compte pas.",
        "Après un 429, attendez le délai de Retry-After.",
    ),
    Difference(
        "Format du jeton",
        "Un jeton court par défaut ; au format JWT sur demande, pour démarches simplifiées et les logiciels qui "
        "l'exigent.",
        "Choisissez le format sur la page qui montre le jeton.",
    ),
    Difference(
        "Demande d'habilitation",
        "Elle se fait ici et non sur DataPass ; un brouillon donne aussitôt un jeton de bac à sable.",
        "Ouvrez une demande avec les mêmes périmètres.",
    ),
)


class Essai(NamedTuple):
    """A call to make with a sandbox token, and what must come back. `present`: a text of the body."""

    question: str
    chemin: str
    parametres: dict[str, str]
    entete: str
    statut: int
    present: str

    def commande(self, base: str) -> str:
        adresse = f"{base}{self.chemin}" + (f"?{urlencode(self.parametres)}" if self.parametres else "")
        return f'curl --include --header "{self.entete}$JETON" "{adresse}"'


CLE, BEARER = "X-Api-Key: ", "Authorization: Bearer "

ESSAIS = (
    Essai("Le jeton est-il lu en v2 ?", "/api/introspect", {}, CLE, 200, '"scopes"'),
    Essai(
        "Une inscription est-elle lue en v2 ?",
        "/api/v2/etudiants",
        {"ine": "990000101DJ"},
        CLE,
        200,
        "dateDebutInscription",
    ),
    Essai(
        "Une admission est-elle distinguée d'une inscription ?",
        "/api/v2/etudiants",
        {"ine": "990000108DB"},
        CLE,
        200,
        "dateDebutAdmission",
    ),
    Essai(
        "Une adresse de base finissant par une barre oblique ?",
        "//api/v2/etudiants/",
        {"ine": "990000101DJ"},
        CLE,
        200,
        "inscriptions",
    ),
    Essai(
        "Le même étudiant est-il lu en v3 ?",
        "/v3/mesri/statut_etudiant/ine",
        {"ine": "990000101DJ", "recipient": SIRET},
        BEARER,
        200,
        "admissions",
    ),
    Essai(
        "Une personne inconnue est-elle traitée comme telle ?",
        "/v3/mesri/statut_etudiant/ine",
        {"ine": "990000999JJ", "recipient": SIRET},
        BEARER,
        404,
        "25003",
    ),
    Essai(
        "Un paramètre oublié est-il dit à vos utilisateurs ?",
        "/v3/mesri/statut_etudiant/ine",
        {"ine": "990000101DJ"},
        BEARER,
        422,
        "00203",
    ),
)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portail/migrer.html",
        {
            "pareil": PAREIL,
            "differences": DIFFERENCES,
            "essais": [(essai, essai.commande(settings.ADRESSE_PUBLIQUE)) for essai in ESSAIS],
        },
    )
