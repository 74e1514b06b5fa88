"""The OpenAPI document: generated from the routes, the filters and the tables of errors."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from statut_etudiant.api import porte
from statut_etudiant.api.documentation.entetes import ENTETES, ajouter
from statut_etudiant.api.documentation.presentation import PRESENTATION
from statut_etudiant.api.documentation.schemas import SCHEMAS, SECURITE
from statut_etudiant.api.ecriture.operations import ECRITURE
from statut_etudiant.api.etablissements.schema import PUBLIC
from statut_etudiant.api.franceconnect.schema import FRANCE_CONNECT
from statut_etudiant.api.surveillance.schema import SURVEILLANCE
from statut_etudiant.api.v2.schema import V2
from statut_etudiant.api.v3.schema import V3

ETIQUETTES = {
    V3: "Vérifier le statut d'un étudiant : version à utiliser.",
    V2: "Vérifier le statut d'un étudiant : version des clients existants.",
    ECRITURE: "Déclarer les inscriptions, pour les établissements.",
    PUBLIC: "Qui alimente le référentiel.",
    FRANCE_CONNECT: "Ce que FranceConnect lit ici.",
    SURVEILLANCE: "Savoir si le service répond.",
}


def generer() -> dict[str, Any]:
    document: dict[str, Any] = SchemaGenerator(urlconf=porte.URLCONF).get_schema(request=None, public=True)
    document["info"]["description"] = PRESENTATION
    # Relative to where the document is read: the same text is right in every installation, and may be compared
    # with the committed copy.
    document["servers"] = [{"url": "/", "description": "L'installation qui sert ce document."}]
    document["tags"] = [{"name": nom, "description": texte} for nom, texte in ETIQUETTES.items()]
    document["components"] = {
        "headers": ENTETES,
        "schemas": dict(sorted(SCHEMAS.items())),
        "securitySchemes": SECURITE,
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            ajouter(operation)
    return document


@cache
def en_yaml() -> bytes:
    """The document as it is served and committed. It does not change while the process lives."""
    octets: bytes = OpenApiYamlRenderer().render(generer(), renderer_context={})
    return octets
