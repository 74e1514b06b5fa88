"""The OpenAPI documents: generated from the routes, the filters and the tables of errors."""

import re
from functools import cache
from threading import Lock
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from statut_etudiant.api import porte
from statut_etudiant.api.bouquet.schema import BOUQUET
from statut_etudiant.api.documentation.documents import DOCUMENTS, Document
from statut_etudiant.api.documentation.entetes import ENTETES, ajouter
from statut_etudiant.api.documentation.erreurs_cataloguees import AIDE
from statut_etudiant.api.documentation.presentation import PRESENTATION
from statut_etudiant.api.documentation.schemas import SCHEMAS, SECURITE
from statut_etudiant.api.ecriture.operations import ECRITURE
from statut_etudiant.api.editeur.schema import EDITEUR
from statut_etudiant.api.etablissements.schema import PUBLIC
from statut_etudiant.api.franceconnect.schema import FRANCE_CONNECT
from statut_etudiant.api.organisation.schema import ORGANISATION
from statut_etudiant.api.surveillance.schema import SURVEILLANCE
from statut_etudiant.api.v2.schema import V2
from statut_etudiant.api.v3.schema import V3

ETIQUETTES = {
    V3: "Vérifier le statut d'un étudiant : version à utiliser.",
    V2: "Vérifier le statut d'un étudiant : version des clients existants.",
    EDITEUR: "Ce que des administrations délèguent à un éditeur de logiciels.",
    ECRITURE: "Déclarer les inscriptions, pour les établissements.",
    PUBLIC: "Qui alimente le référentiel.",
    ORGANISATION: "Ses demandes, ses habilitations et ce qui leur arrive, pour les logiciels d'une organisation.",
    FRANCE_CONNECT: "Ce que FranceConnect lit ici.",
    BOUQUET: "Brancher un bouquet d'API sur le référentiel.",
    SURVEILLANCE: "Savoir si le service répond.",
    AIDE: "Ce que l'API dit d'elle-même.",
}

#: drf-spectacular loads its extensions at the first document: two threads doing so at once break each other.
_UN_SEUL = Lock()


def generer() -> dict[str, Any]:
    """The whole document."""
    with _UN_SEUL:
        return _tout()


def extraire(document: Document) -> dict[str, Any]:
    """One of the documents: its operations, and the components that they refer to."""
    tout = generer()
    if document.garde is None:
        return tout
    chemins: dict[str, Any] = {}
    for chemin, operations in tout["paths"].items():
        gardees = {
            methode: _restreindre(operation, document.securite)
            for methode, operation in operations.items()
            if document.garde(chemin, operation)
        }
        if gardees:
            chemins[chemin] = gardees
    etiquettes = {
        operation["tags"][0] for par_methode in chemins.values() for operation in par_methode.values()
    }
    return tout | {
        "info": tout["info"] | {"title": f"{tout['info']['title']} : {document.titre}"},
        "tags": [etiquette for etiquette in tout["tags"] if etiquette["name"] in etiquettes],
        "paths": chemins,
        "components": _composants(tout["components"], chemins),
    }


@cache
def en_yaml(document: Document = DOCUMENTS[0]) -> bytes:
    """The document as it is served and committed. It does not change while the process lives."""
    octets: bytes = OpenApiYamlRenderer().render(extraire(document), renderer_context={})
    return octets


def preparer() -> None:
    """Make the documents before anybody asks: some quarter of a second, which the first callers would all wait for."""
    for document in DOCUMENTS:
        en_yaml(document)


@cache
def _tout() -> dict[str, Any]:
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


def _restreindre(operation: dict[str, Any], securite: str) -> dict[str, Any]:
    """The operation, told with one way to authenticate when the document tells only that one."""
    if not securite or {securite: []} not in operation["security"]:
        return operation
    seule = operation | {"security": [{securite: []}]}
    # Who comes with FranceConnect's token asks for nobody but its holder.
    seule["parameters"] = [
        parametre | {"required": True}
        for parametre in operation.get("parameters", ())
        if parametre["name"] == "recipient"
    ]
    return seule


def _composants(composants: dict[str, Any], chemins: dict[str, Any]) -> dict[str, Any]:
    """Those that the paths refer to, directly or not."""
    voulus: set[tuple[str, str]] = set()
    a_voir = _references(chemins)
    while a_voir:
        voulus |= a_voir
        vus = {reference for sorte, nom in a_voir for reference in _references(composants[sorte][nom])}
        a_voir = vus - voulus
    voulus |= {
        ("securitySchemes", nom)
        for par_methode in chemins.values()
        for operation in par_methode.values()
        for moyen in operation["security"]
        for nom in moyen
    }
    return {
        sorte: {nom: valeur for nom, valeur in membres.items() if (sorte, nom) in voulus}
        for sorte, membres in composants.items()
    }


def _references(objet: object) -> set[tuple[str, str]]:
    return {(sorte, nom) for sorte, nom in re.findall(r"#/components/(\w+)/([\w-]+)", repr(objet))}
