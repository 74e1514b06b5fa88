"""The documents of the API (contract §7): OpenAPI, catalogue of errors."""

import hashlib

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from statut_etudiant.api.documentation.documents import TOUT, Document
from statut_etudiant.api.documentation.erreurs_cataloguees import DECRIRE
from statut_etudiant.api.reponse import JSON, repondre
from statut_etudiant.api.v2.erreurs import parametre_refuse
from statut_etudiant.api.vues import PUBLIC, VueDirecte

#: The same for everyone, and changes only with a new version of the product.
CACHE = "public, max-age=300"
CACHE_DES_ERREURS = "public, max-age=3600"


class OpenApi(VueDirecte):
    """Un document OpenAPI."""

    acces = PUBLIC
    schema = None  # the document does not describe itself
    document: Document = TOUT

    def get(self, request: HttpRequest) -> HttpResponse:
        # Here and not above: what generates the document reads the routes, and this view is one of them.
        from statut_etudiant.api.documentation.document import en_yaml

        return _constant(request, en_yaml(self.document), "application/yaml; charset=utf-8", CACHE)


class Erreurs(VueDirecte):
    """Le catalogue des erreurs."""

    acces = PUBLIC

    @DECRIRE
    def get(self, request: HttpRequest) -> HttpResponse:
        # Read from the document: see above.
        from statut_etudiant.api.documentation.catalogue import catalogue, operations

        operation = request.GET.get("operation_id", "")
        if operation and operation not in operations():
            return repondre(
                *parametre_refuse("operation_id", "Aucune opération du document OpenAPI n'a ce nom.")
            )
        corps = orjson.dumps({"errors": catalogue(operation)})
        return _constant(request, corps, JSON, CACHE_DES_ERREURS)


def _constant(request: HttpRequest, octets: bytes, type_contenu: str, cache: str) -> HttpResponse:
    """What is the same for everyone: kept by caches for a while, then asked for again at the price of a header."""
    etag = f'"{hashlib.sha256(octets).hexdigest()[:32]}"'
    response = HttpResponse(octets, content_type=type_contenu)
    response = get_conditional_response(request, etag=etag, response=response) or response
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache
    return response
