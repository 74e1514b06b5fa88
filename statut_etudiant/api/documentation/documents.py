"""The documents that the API serves of itself (contract §7): everything, and one for each kind of reader.

Each is a part of the whole, cut by the tags of its operations: an operation is described once.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

Operation = dict[str, Any]


def _etiquettes(*noms: str) -> Callable[[str, Operation], bool]:
    return lambda chemin, operation: operation["tags"][0] in noms


def _par_franceconnect(chemin: str, operation: Operation) -> bool:
    return {"FranceConnect": []} in operation["security"] or chemin == "/api/france_connect_jwks"


class Document(NamedTuple):
    """`copie`: its file in docs/. `titre`: added to that of the API. `garde`: tells the operations of this document,
    by path and operation; None: all of them. `securite`: the only way to authenticate that it tells; empty: all."""

    chemin: str
    route: str
    copie: str
    titre: str
    garde: Callable[[str, Operation], bool] | None
    securite: str = ""


DOCUMENTS = (
    Document("api/open-api.yml", "api-open-api", "open-api.yml", "", None),
    Document(
        "api/open-api-v2.yml",
        "api-open-api-v2",
        "open-api-v2.yml",
        "lecture v2",
        _etiquettes("Lecture v2", "Surveillance"),
    ),
    Document(
        "api/open-api-v3.yml",
        "api-open-api-v3",
        "open-api-v3.yml",
        "lecture v3",
        _etiquettes("Lecture v3", "Éditeurs", "Surveillance"),
    ),
    Document(
        "api/france-connect/open-api.yml",
        "api-open-api-france-connect",
        "open-api-france-connect.yml",
        "lecture par FranceConnect",
        _par_franceconnect,
        "FranceConnect",
    ),
    Document(
        "api/open-api-ecriture.yml",
        "api-open-api-ecriture",
        "open-api-ecriture.yml",
        "écriture",
        _etiquettes("Écriture", "Établissements"),
    ),
    Document(
        "api/open-api-organisation.yml",
        "api-open-api-organisation",
        "open-api-organisation.yml",
        "objets d'une organisation",
        _etiquettes("Organisation"),
    ),
)
TOUT = DOCUMENTS[0]
