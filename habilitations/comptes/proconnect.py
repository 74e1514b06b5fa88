"""ProConnect (OpenID Connect): its client, and what is believed of what it says.

Authlib carries the protocol: authorization code, PKCE, state, nonce, the ID token's signature and claims; `userinfo`
answers a signed token (`comptes.userinfo`).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from authlib.integrations.django_client.apps import DjangoOAuth2App
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from joserfc.errors import JoseError
from requests.exceptions import RequestException

from habilitations import adresses
from habilitations.comptes import userinfo
from referentiel.caracteres import sans_controle
from referentiel.identifiants import IdentifiantInvalide, normaliser_siret_saisi

SCOPES = "openid email given_name usual_name siret"
DELAI = 10  # seconds
TOLERANCE = 60  # seconds by which the provider's clock may be away


class ProConnectRefuse(Exception):
    """ProConnect did not identify the person. The message is in French, for them; `cause` is for the logs."""

    def __init__(self, message: str, *, cause: str) -> None:
        super().__init__(message)
        self.cause = cause


class ProConnectMuet(ProConnectRefuse):
    """ProConnect is away."""


@dataclass(frozen=True)
class Agent:
    """Who ProConnect says is there."""

    emetteur: str
    sub: str
    courriel: str
    courriel_verifie: bool
    prenom: str
    nom: str
    siret: str
    #: The `acr` is one of those that check the organisation (`PROCONNECT_ACR_ORGANISATION`).
    organisation_verifiee: bool
    double_facteur: bool
    id_token: str


def configure() -> bool:
    return bool(settings.PROCONNECT_DECOUVERTE and settings.PROCONNECT_CLIENT_ID)


def partir(request: HttpRequest, *, de_nouveau: bool = False) -> HttpResponse:
    """Send the person to ProConnect; `de_nouveau`: they are asked who they are even if they are known there.

    Raises ProConnectMuet.
    """
    parametres = {"acr_values": " ".join(settings.PROCONNECT_ACR)} if settings.PROCONNECT_ACR else {}
    if de_nouveau:
        parametres["prompt"] = "login"
    try:
        return _client().authorize_redirect(request, _retour(), **parametres)
    except (RequestException, ValueError) as erreur:
        raise _muet(erreur) from erreur


def revenir(request: HttpRequest) -> Agent:
    """Who came back from ProConnect. Raises ProConnectRefuse."""
    client = _client()
    try:
        jeton = client.authorize_access_token(request, leeway=TOLERANCE)
        id_token = jeton.get("userinfo")
        if id_token is None:
            raise _refus("no id_token")
        _verifier_acr(id_token.get("acr"))
        agent = userinfo.lire(client, jeton, tolerance=TOLERANCE)
    except RequestException as erreur:
        raise _muet(erreur) from erreur
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as erreur:
        raise _refus(type(erreur).__name__) from erreur
    if agent.get("sub") != id_token["sub"]:
        raise _refus("sub")
    return _agent(client, agent, id_token, jeton)


def adresse_de_sortie(id_token: str) -> str | None:
    """Where the person goes to end their session at ProConnect too; None when it cannot be told now."""
    try:
        return _client().create_logout_url(
            post_logout_redirect_uri=settings.ADRESSE_PUBLIQUE + reverse("proconnect-sorti"),
            id_token_hint=id_token,
        )["url"]
    except (RequestException, RuntimeError, ValueError):
        return None


def _verifier_acr(acr: Any) -> None:
    if settings.PROCONNECT_ACR and acr not in settings.PROCONNECT_ACR:
        raise ProConnectRefuse(
            "Votre connexion à ProConnect n'est pas assez sûre pour ce service : "
            "activez-y la double authentification, puis recommencez.",
            cause="acr",
        )


def _agent(
    client: DjangoOAuth2App, lu: dict[str, Any], id_token: dict[str, Any], jeton: dict[str, Any]
) -> Agent:
    acr = id_token.get("acr")
    try:
        siret = normaliser_siret_saisi(str(lu.get("siret") or ""))
    except IdentifiantInvalide:
        siret = ""
    return Agent(
        emetteur=client.load_server_metadata()["issuer"],
        sub=str(lu["sub"])[:255],
        courriel=_courriel(lu.get("email")),
        # Absent, or the text "false": nothing was verified.
        courriel_verifie=lu.get("email_verified") is True,
        prenom=_nom(lu.get("given_name")),
        nom=_nom(lu.get("usual_name")),
        siret=siret,
        organisation_verifiee=acr in settings.PROCONNECT_ACR_ORGANISATION,
        double_facteur=acr in settings.PROCONNECT_ACR_DOUBLE_FACTEUR,
        id_token=jeton["id_token"],
    )


def _courriel(dit: Any) -> str:
    """The address, in normal form. Raises ProConnectRefuse."""
    if not isinstance(dit, str) or not dit.strip():
        raise ProConnectRefuse(
            "ProConnect ne nous a pas transmis votre adresse e-mail : demandez à votre organisation de la compléter.",
            cause="email",
        )
    try:
        return adresses.normaliser(dit)
    except adresses.AdresseInvalide:
        raise ProConnectRefuse(
            "L'adresse e-mail que ProConnect nous a transmise n'est pas de celles auxquelles nous savons écrire "
            "(accent, espace ou caractère inhabituel) : demandez à votre organisation de la corriger.",
            cause="email refusé",
        ) from None


def _nom(valeur: Any) -> str:
    return sans_controle(valeur)[:100].strip() if isinstance(valeur, str) else ""


def _retour() -> str:
    return settings.ADRESSE_PUBLIQUE + reverse("proconnect-retour")


def _refus(cause: str) -> ProConnectRefuse:
    return ProConnectRefuse(
        "La connexion avec ProConnect n'a pas abouti. Recommencez ; si cela persiste, prévenez-nous.",
        cause=cause,
    )


def _muet(erreur: Exception) -> ProConnectMuet:
    return ProConnectMuet(
        "ProConnect ne répond pas pour l'instant. Réessayez dans quelques minutes.",
        cause=type(erreur).__name__,
    )


def _client() -> DjangoOAuth2App:
    return _client_pour(
        settings.PROCONNECT_DECOUVERTE, settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET
    )


@lru_cache(maxsize=1)
def _client_pour(decouverte: str, client_id: str, secret: str) -> DjangoOAuth2App:
    """Kept with the provider's addresses and keys, which it fetches once a process."""
    return OAuth().register(
        "proconnect",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=decouverte,
        client_kwargs={
            "scope": SCOPES,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": DELAI,
        },
    )
