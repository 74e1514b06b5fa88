"""The headers of the answers, said once and referred to by every operation."""

from typing import Any

from statut_etudiant.api.documentation.briques import Schema


def _entete(description: str, type_: str, exemple: str | int) -> Schema:
    return {"description": description, "schema": {"type": type_, "example": exemple}}


ENTETES: Schema = {
    "X-Request-ID": _entete("Identifiant de l'appel, à donner au support.", "string", "0123456789abcdef"),
    "RateLimit-Limit": _entete("Appels autorisés par seconde.", "integer", 20),
    "RateLimit-Remaining": _entete("Appels encore possibles dans la seconde.", "integer", 19),
    "RateLimit-Reset": _entete(
        "Seconde (époque Unix) à laquelle un appel redevient possible.", "integer", 1795248000
    ),
    "Retry-After": _entete("Secondes à attendre avant un nouvel essai.", "integer", 1),
    "ETag": _entete(
        "Empreinte de la réponse, à renvoyer dans If-None-Match : 304 tant que rien n'a changé.",
        "string",
        '"5f0c1a9e3b514f9e9a1e5b7a9f1f2c3d"',
    ),
    "Location": _entete(
        "Adresse du suivi du lot.", "string", "/api/lots/5f0c1a9e-3b51-4f9e-9a1e-5b7a9f1f2c3d"
    ),
}
_QUOTA = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def ajouter(operation: dict[str, Any]) -> None:
    """Tell the headers of each answer of an operation."""
    avec_jeton = operation["security"] not in ([{}], [{"Clé": []}])
    for statut, reponse in operation["responses"].items():
        noms = ["X-Request-ID"]
        # Unknown tokens get none, and a server that is down cannot count.
        if avec_jeton and statut not in {"401", "500", "503"}:
            noms += _QUOTA
        if statut in {"429", "503"}:
            noms.append("Retry-After")
        if operation["security"] == [{"Clé": []}] and statut == "200":
            noms.append("ETag")
        if statut == "202":
            noms.append("Location")
        reponse["headers"] = {nom: {"$ref": f"#/components/headers/{nom}"} for nom in noms}
