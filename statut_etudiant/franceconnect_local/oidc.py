"""The citizens' sign-in: Authlib's authorization server, told who the clients and the citizens are."""

from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oidc.core import OpenIDCode
from flask import Flask, g
from joserfc.jwk import ECKey

from statut_etudiant.demonstration.citoyens import Citoyen
from statut_etudiant.franceconnect_local.etat import (
    DUREE_DU_JETON,
    SCOPES_D_IDENTITE,
    Client,
    Code,
    Etat,
    Jeton,
)


def serveur(application: Flask, etat: Etat, emetteur: Any) -> AuthorizationServer:
    """`emetteur`: called for the issuer, which depends on the port."""

    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post",)
        AUTHORIZATION_CODE_LENGTH = 48

        def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
            etat.garder_code(
                Code(
                    code=code,
                    client_id=request.client.get_client_id(),
                    redirect_uri=request.payload.redirect_uri,
                    citoyen=request.user,
                    scope=request.payload.scope,
                    nonce=request.payload.data["nonce"],
                    acr=request.payload.data["acr_values"].split()[0],
                )
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            trouve = etat.code(code)
            return trouve if trouve is not None and trouve.client_id == client.id else None

        def delete_authorization_code(self, authorization_code: Code) -> None:
            etat.oublier_code(authorization_code.code)

        def authenticate_user(self, authorization_code: Code) -> Citoyen:
            return authorization_code.citoyen

    class IdToken(OpenIDCode):
        def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
            return False

        def resolve_client_private_key(self, client: Client) -> ECKey:
            return etat.cle

        def get_client_algorithm(self, client: Client) -> str:
            return "ES256"

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": emetteur(), "aud": client.id}

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": "ES256", "kid": str(etat.cle.kid)}

        def generate_user_info(self, user: Citoyen, scope: str) -> dict[str, str]:
            # The same name of the person as userinfo's: one for each service.
            return {"sub": etat.sub(g.client_id, user)}

        def encode_id_token(self, token: dict[str, Any], request: OAuth2Request) -> str:
            g.client_id = request.client.get_client_id()
            return str(super().encode_id_token(token, request))

    def garder_jeton(token: dict[str, Any], request: OAuth2Request) -> None:
        etat.emettre(
            client_id=request.client.get_client_id(),
            citoyen=request.user.cle,
            scopes=tuple((token.get("scope") or "").split()),
            valeur=token["access_token"],
        )

    application.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": DUREE_DU_JETON}
    serveur = AuthorizationServer(application, query_client=etat.clients.get, save_token=garder_jeton)
    serveur.register_grant(Grant, [IdToken(require_nonce=True)])
    return serveur


def claims_d_identite(etat: Etat, jeton: Jeton) -> dict[str, Any]:
    """What userinfo tells: the claims that the scopes open."""
    ouverts = {claim for scope in jeton.scopes for claim in SCOPES_D_IDENTITE.get(scope, ())}
    return {
        "sub": etat.sub(jeton.client_id, jeton.citoyen),
        **{cle: valeur for cle, valeur in jeton.claims().items() if cle in ouverts},
    }
