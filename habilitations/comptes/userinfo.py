"""The signed `userinfo` of an OpenID Connect provider, as ProConnect and FranceConnect answer it.

Authlib carries the rest of the protocol, but reads `userinfo` as JSON: the token is verified here by joserfc.
"""

from typing import Any

from authlib.integrations.django_client.apps import DjangoOAuth2App
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMES = ["ES256", "RS256"]


class NonSigne(ValueError):
    """The provider answered something else than a signed token."""


def lire(client: DjangoOAuth2App, jeton: dict[str, Any], *, tolerance: int) -> dict[str, Any]:
    """The claims: from this provider, for us, not expired (its clock may be `tolerance` seconds away).

    Raises NonSigne, JoseError or ValueError when they are not to be believed, RequestException when it is away.
    """
    reponse = client.get(client.load_server_metadata()["userinfo_endpoint"], token=jeton)
    reponse.raise_for_status()
    genre = reponse.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if genre != "application/jwt":
        raise NonSigne(genre)
    try:
        lu = jwt.decode(reponse.text, KeySet.import_key_set(client.fetch_jwk_set()), algorithms=ALGORITHMES)
    except (JoseError, ValueError):
        # Its keys may have been renewed: once more with those of now, then no more.
        cles = KeySet.import_key_set(client.fetch_jwk_set(force=True))
        lu = jwt.decode(reponse.text, cles, algorithms=ALGORITHMES)
    jwt.JWTClaimsRegistry(
        leeway=tolerance,
        iss={"essential": True, "value": client.load_server_metadata()["issuer"]},
        aud={"essential": True, "value": client.client_id},
        sub={"essential": True},
    ).validate(lu.claims)
    return dict(lu.claims)
