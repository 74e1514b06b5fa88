"""The documents of the API (contract §7): `GET /api/open-api.yml`, and `GET /api/docs` to read it."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from statut_etudiant.api.vues import PUBLIC, VueDirecte

#: The same for everyone, and changes only with a new version of the product.
CACHE = "public, max-age=300"


class OpenApi(VueDirecte):
    """Le document OpenAPI."""

    acces = PUBLIC
    schema = None  # the document does not describe itself

    def get(self, request: HttpRequest) -> HttpResponse:
        # Here and not above: what generates the document reads the routes, and this view is one of them.
        from statut_etudiant.api.documentation.document import en_yaml

        response = HttpResponse(en_yaml(), content_type="application/yaml; charset=utf-8")
        response.headers["Cache-Control"] = CACHE
        return response


class Docs(VueDirecte):
    """Un lecteur du document OpenAPI."""

    acces = PUBLIC
    schema = None

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(render_to_string("api/docs.html"))
        response.headers["Cache-Control"] = CACHE
        return response
