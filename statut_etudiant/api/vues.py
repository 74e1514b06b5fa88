"""The bases of the API's views.

Each view declares `acces`: which scopes open it, or one of the two words below. A view that forgets it stops the
process at start-up (`urls.route`), so that nothing is served without its rule having been written.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from rest_framework.views import APIView

#: Served without token.
PUBLIC = "public"
#: Any token of ours that is alive.
TOUT_JETON = "tout jeton"
#: A token that may write for establishments.
JETON_ECRITURE = "jeton d'écriture"

Acces = str | frozenset[str]


class VueApi(APIView):
    acces: ClassVar[Acces]


class VueDirecte(VueApi):
    """A view on the reading path: the request goes straight to its method.

    DRF's negotiation, authentication and rendering cost more than the search itself, and decide nothing here. The
    class stays an APIView so that the OpenAPI document is generated from it like the others.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        methode: Callable[..., HttpResponseBase] = getattr(self, request.method.lower())  # type: ignore[union-attr]
        return methode(request, *args, **kwargs)
