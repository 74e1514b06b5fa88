"""How the tests of the reading API call it, and how they read its answers."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client

V2 = "/api/v2/etudiants"
INE = "/v3/mesri/statut_etudiant/ine"
IDENTITE = "/v3/mesri/statut_etudiant/identite"
FRANCE_CONNECT = "/v3/mesri/statut_etudiant/france_connect"
INTROSPECT = "/api/introspect"

JSON = "application/json; charset=utf-8"
JSON_API = "application/vnd.api+json; charset=utf-8"

#: The body for whom v2 calls an API client.
RECIPIENT = "13002526500013"

#: Asks for the student that `fabriques.etudiant()` makes by default.
PAR_IDENTITE_V2 = {
    "nom": "Martin",
    "prenom": "Camille",
    "dateDeNaissance": "2004-03-27",
    "sexe": "f",
}
PAR_IDENTITE_V3 = {
    "recipient": RECIPIENT,
    "nomNaissance": "Martin",
    "prenoms[]": "Camille",
    "anneeDateNaissance": "2004",
    "moisDateNaissance": "3",
    "jourDateNaissance": "27",
    "sexeEtatCivil": "F",
}
INTROUVABLE_V2 = {
    "error": "not_found",
    "reason": "Student not found",
    "message": "Aucun étudiant n'a pu être trouvé avec les critères de recherche fournis",
}


def par_ine(ine: str) -> dict[str, str]:
    """Parameters that both versions accept."""
    return {"recipient": RECIPIENT, "ine": ine}


def sans(parametres: dict[str, Any], *noms: str) -> dict[str, Any]:
    return {nom: valeur for nom, valeur in parametres.items() if nom not in noms}


def lire(reponse: HttpResponse) -> Any:
    """The body, once known to be JSON and announced as such."""
    attendu = JSON_API if reponse.wsgi_request.path_info.startswith("/v") else JSON
    assert reponse.headers["Content-Type"] == attendu
    return orjson.loads(reponse.content)


def verifier_v2(reponse: HttpResponse, statut: int, error: str) -> Any:
    """An error of the three keys of v2."""
    corps = lire(reponse)
    assert (reponse.status_code, corps.get("error")) == (statut, error), corps
    assert list(corps) == ["error", "reason", "message"]
    assert all(isinstance(texte, str) and texte for texte in corps.values())
    return corps


def verifier_v3(reponse: HttpResponse, statut: int, *codes: str) -> list[dict[str, Any]]:
    """The errors of v3, in this order; their shape."""
    erreurs = lire(reponse)["errors"]
    assert (reponse.status_code, [erreur["code"] for erreur in erreurs]) == (statut, list(codes))
    for erreur in erreurs:
        assert set(erreur) in (
            {"code", "title", "detail", "meta"},
            {"code", "title", "detail", "source", "meta"},
        )
        assert erreur["title"]
        assert erreur["detail"]
        assert isinstance(erreur["meta"], dict)
        assert erreur.get("source") != {}
    return erreurs


def quota(reponse: HttpResponse) -> tuple[int, int, int]:
    """Limit, remaining, reset."""
    return tuple(int(reponse.headers[f"RateLimit-{nom}"]) for nom in ("Limit", "Remaining", "Reset"))


def obtenir(
    client: Client, chemin: str, parametres: Any, entetes: dict[str, str] | None = None
) -> HttpResponse:
    return client.get(chemin, parametres, headers=entetes or {})
