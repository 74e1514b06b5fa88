"""The bases of the API's views.

Each view declares `acces`: which scopes open it, or one of the two words below. A view that forgets it stops the
process at start-up (`urls.route`), so that nothing is served without its rule having been written.
"""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.views import APIView

from statut_etudiant.api.appel import Appel
from statut_etudiant.api.moyens import DIRECTS, Moyens, conduire
from statut_etudiant.api.reponse import Reponse

#: Served without token.
PUBLIC = "public"
#: Any token of ours that is alive.
TOUT_JETON = "tout jeton"
#: A token that may write for establishments.
JETON_ECRITURE = "jeton d'écriture"
#: The token of a bouquet of APIs.
JETON_BOUQUET = "jeton de bouquet"
#: A key of an organisation, which is no token.
CLE_D_ORGANISATION = "clé d'organisation"
#: The token of a software editor.
JETON_EDITEUR = "jeton d'éditeur"

Acces = str | frozenset[str]


class VueApi(APIView):
    acces: ClassVar[Acces]
    #: Monitors call it, some of them by HEAD.
    surveillance: ClassVar[bool] = False


class VueDirecte(VueApi):
    """A view that needs nothing of DRF: the request goes straight to its method.

    DRF's negotiation, authentication and rendering decide nothing here. The class stays an APIView so that the OpenAPI
    document is generated from it like the others.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # HEAD is a GET whose body the server does not send.
        nom = "get" if request.method == "HEAD" else str(request.method).lower()
        methode: Callable[..., HttpResponseBase] = getattr(self, nom)
        return methode(request, *args, **kwargs)


class PorteDeLecture(VueDirecte):
    """A door of the reading path. The web server's loop awaits `servir` itself (`api.asgi`); Django drives it here."""

    servir: ClassVar[Callable[[Appel, Moyens], Coroutine[Any, Any, Reponse]]]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._servir(Appel.de_django(request))

    def _servir(self, appel: Appel) -> HttpResponse:
        return conduire(type(self).servir(appel, DIRECTS)).en_django()
