"""The JWT form of a reading token, for the software that takes no other (contract §8).

Such software decodes it without a key, shows the end that it reads there and refuses what has passed. For us it is a
token like any other: what opens a call is the digest of the whole text, and what it may do is read in the database.
The signature only tells a forgery without asking the database.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ALGORITHME = "HS256"
EMETTEUR = "api-statut-etudiant"
VERSION = "1.0"
#: More than any of ours: scopes are a dozen, a title has 255 characters.
LONGUEUR_MAXIMALE = 4096

#: What each of these tokens starts with, whatever it says: secret scanners look for it. It is the header, encoded.
PREFIXES = {
    "l": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImFzZV9sIn0.",
    "t": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImFzZV90In0.",
}


@lru_cache(maxsize=8)
def _cle(poivre: bytes) -> OctKey:
    """A key of its own: one that signs never serves to digest."""
    return OctKey.import_key(hmac.digest(poivre, b"jeton en forme de JWT", hashlib.sha256))


def ecrire(
    *,
    poivre: bytes,
    type_: str,
    cle: UUID,
    sujet: str,
    scopes: Sequence[str],
    emis_le: datetime,
    expire_le: datetime,
) -> str:
    """A new token. `cle`: its public identifier; `sujet`: the title of its habilitation.

    The nonce makes it a secret that nobody can work out from the rest, the signing key included.
    """
    dit = {
        "iss": EMETTEUR,
        "sub": sujet,
        "jti": str(cle),
        "iat": int(emis_le.timestamp()),
        "exp": int(expire_le.timestamp()),
        "version": VERSION,
        "scopes": sorted(scopes),
        "nonce": secrets.token_urlsafe(32),
    }
    entete = {"typ": "JWT", "alg": ALGORITHME, "kid": f"ase_{type_}"}
    return jwt.encode(entete, dit, _cle(poivre))


def en_a_l_air(valeur: str) -> bool:
    return len(valeur) <= LONGUEUR_MAXIMALE and valeur.startswith(tuple(PREFIXES.values()))


def bien_signe(valeur: str, poivres: Sequence[bytes]) -> bool:
    """Whether it is one of ours. Says nothing of its validity."""
    if not valeur.isascii():
        return False
    for poivre in poivres:
        try:
            jws.deserialize_compact(valeur.encode(), _cle(poivre), algorithms=[ALGORITHME])
        except (JoseError, ValueError):
            continue
        return True
    return False
