"""The bricks of the schemas of the OpenAPI document: typed values, each with a description and an example."""

from typing import Any

Schema = dict[str, Any]


def ref(nom: str) -> Schema:
    return {"$ref": f"#/components/schemas/{nom}"}


def texte(description: str, exemple: str, **autres: Any) -> Schema:
    return {"type": "string", "description": description, "example": exemple, **autres}


def date(description: str, exemple: str) -> Schema:
    return texte(description, exemple, format="date")


def instant(description: str) -> Schema:
    return texte(description, "2026-11-21T08:00:00+00:00", format="date-time")


def entier(description: str, exemple: int, **autres: Any) -> Schema:
    return {"type": "integer", "description": description, "example": exemple, **autres}


def booleen(description: str, *, exemple: bool) -> Schema:
    return {"type": "boolean", "description": description, "example": exemple}


def objet(proprietes: Schema, *, exige: tuple[str, ...] = (), **autres: Any) -> Schema:
    return {"type": "object", "properties": proprietes, **({"required": [*exige]} if exige else {}), **autres}


def objet_ferme(proprietes: Schema, *, exige: tuple[str, ...] = (), **autres: Any) -> Schema:
    """These properties and no other: what we answer, never what we accept."""
    return objet(proprietes, exige=exige, additionalProperties=False, **autres)


def liste(element: Schema, **autres: Any) -> Schema:
    return {"type": "array", "items": element, **autres}


#: The person of all the examples is one of the sandbox, so that what the document shows can be tried as it stands.
EXEMPLE_INE, EXEMPLE_NOM, EXEMPLE_PRENOM = "990000101DJ", "Abadie", "Alice"
EXEMPLE_NAISSANCE, EXEMPLE_LIEU, EXEMPLE_SEXE = "2004-03-27", "31555", "F"
EXEMPLE_UAI = "9990001X"

INE = texte("Identifiant national étudiant.", EXEMPLE_INE)
COMMUNE = texte("Code Insee (COG) de la commune du lieu d'études.", "31555")
UAI = texte("Code UAI de l'établissement.", EXEMPLE_UAI)
NOM_ETABLISSEMENT = texte("Nom de l'établissement.", "Université fictive de Toulouse")
