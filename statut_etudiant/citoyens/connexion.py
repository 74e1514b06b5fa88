"""Signing in by FranceConnect, as a service of our own: who the person is, proved.

Authlib carries the protocol (authorization code, state, nonce, the ID token's signature and claims); FranceConnect's
`userinfo` is a signed token (`comptes.userinfo`).
"""

import secrets
from functools import lru_cache
from typing import Any, NamedTuple

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from authlib.integrations.django_client.apps import DjangoOAuth2App
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from joserfc.errors import JoseError
from requests.exceptions import RequestException

from habilitations.comptes import userinfo
from statut_etudiant.franceconnect.reglages import BASE

#: The pivot identity, and nothing more.
SCOPES = "openid given_name family_name birthdate gender birthplace birthcountry"
#: From the least sure; what is asked for is the least accepted.
ASSURANCES = ("eidas1", "eidas2", "eidas3")
DELAI = 10  # seconds
TOLERANCE = 30  # seconds by which FranceConnect's clock may be away


class ConnexionRefusee(Exception):
    """FranceConnect did not say who the person is. The message is in French, for them; `cause` is for the logs."""

    def __init__(self, message: str, *, cause: str) -> None:
        super().__init__(message)
        self.cause = cause


class Personne(NamedTuple):
    """`identite`: the claims of the pivot identity."""

    identite: dict[str, Any]
    id_token: str

    @property
    def nom(self) -> str:
        prenoms = self.identite.get("given_name")
        premier = prenoms.split()[0] if isinstance(prenoms, str) and prenoms.strip() else ""
        nom = self.identite.get("family_name")
        return f"{premier} {nom if isinstance(nom, str) else ''}".strip()[:100]


def partir(request: HttpRequest) -> HttpResponse:
    """Send the person to FranceConnect. Raises ConnexionRefusee."""
    try:
        return _client().authorize_redirect(
            request,
            _retour(),
            # FranceConnect wants 22 characters at least; Authlib's own nonce has 20.
            nonce=secrets.token_urlsafe(32),
            state=secrets.token_urlsafe(32),
            acr_values=settings.FRANCECONNECT_ACR,
        )
    except (RequestException, ValueError) as erreur:
        raise _muet(erreur) from erreur


def revenir(request: HttpRequest) -> Personne:
    """Who came back from FranceConnect. Raises ConnexionRefusee."""
    client = _client()
    try:
        jeton = client.authorize_access_token(request, leeway=TOLERANCE)
        id_token = jeton.get("userinfo")
        if id_token is None:
            raise _refus("id_token absent")
        if not _assez_sure(id_token.get("acr")):
            raise _refus("acr")
        identite = userinfo.lire(client, jeton, tolerance=TOLERANCE)
    except RequestException as erreur:
        raise _muet(erreur) from erreur
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as erreur:
        raise _refus(type(erreur).__name__) from erreur
    if identite.get("sub") != id_token["sub"]:
        raise _refus("sub")
    return Personne(identite, jeton["id_token"])


def adresse_de_sortie(id_token: str) -> str | None:
    """Where the person goes to end their session at FranceConnect too; None when it cannot be told now."""
    try:
        return str(
            _client().create_logout_url(
                post_logout_redirect_uri=settings.ADRESSE_PUBLIQUE + reverse("citoyen-sorti"),
                id_token_hint=id_token,
                state=secrets.token_urlsafe(16),
            )["url"]
        )
    except (RequestException, RuntimeError, ValueError):
        return None


def oublier() -> None:
    """Forget FranceConnect's addresses and keys."""
    _client_pour.cache_clear()


def _assez_sure(acr: Any) -> bool:
    return acr in ASSURANCES[ASSURANCES.index(settings.FRANCECONNECT_ACR) :]


def _retour() -> str:
    return settings.ADRESSE_PUBLIQUE + reverse("citoyen-retour")


def _refus(cause: str) -> ConnexionRefusee:
    return ConnexionRefusee(
        "La connexion avec FranceConnect n'a pas abouti. Recommencez ; si cela persiste, écrivez-nous.",
        cause=cause,
    )


def _muet(erreur: Exception) -> ConnexionRefusee:
    return ConnexionRefusee(
        "FranceConnect ne répond pas pour l'instant. Réessayez dans quelques minutes.",
        cause=type(erreur).__name__,
    )


def _client() -> DjangoOAuth2App:
    return _client_pour(
        settings.FRANCECONNECT_URL,
        settings.FRANCECONNECT_FS_CLIENT_ID,
        settings.FRANCECONNECT_FS_CLIENT_SECRET,
    )


@lru_cache(maxsize=1)
def _client_pour(url: str, client_id: str, secret: str) -> DjangoOAuth2App:
    """Kept with FranceConnect's addresses and keys, which it fetches once a process."""
    return OAuth().register(
        "franceconnect",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{url.rstrip('/')}{BASE}/.well-known/openid-configuration",
        client_kwargs={
            "scope": SCOPES,
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": DELAI,
            # FranceConnect's access tokens live a minute: Authlib's own margin of a minute would find them expired.
            "leeway": 0,
        },
    )
