"""FranceConnect's introspection answer, from bytes to facts: a JWE around a JWS, every check of the agreement.

Pure: keys, clock and bytes come from the caller. What is accepted is exactly what FranceConnect sends (RSA-OAEP or
ECDH-ES around ES256 or RS256); anything else is refused without being looked at further.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey

from statut_etudiant.franceconnect.echecs import JetonInactif, ReponseIncoherente

TYPE_DE_REPONSE = "application/token-introspection+jwt"
CHIFFREMENTS = ("RSA-OAEP-256", "RSA-OAEP", "ECDH-ES")
CONTENU_CHIFFRE = "A256GCM"
SIGNATURES = ("ES256", "RS256")
#: An answer is a few kilobytes.
REPONSE_MAXIMALE = 64 * 1024
#: Seconds by which the answer's own date may be away from our clock.
FRAICHEUR = 60

# RFC 6750's alphabet without the dot: FranceConnect's access tokens are opaque, what has dots is a JWT of somebody's.
_FORME_DU_JETON = re.compile(r"[A-Za-z0-9_~+/-]{16,512}={0,2}", re.ASCII)


class SignatureInverifiable(ReponseIncoherente):
    """The signature's key is unknown, or does not verify: FranceConnect may have renewed its keys meanwhile."""


@dataclass(frozen=True, slots=True)
class Introspection:
    """What FranceConnect says of an active access token.

    `client_id` is the service that holds the token; `scopes` what the citizen lets it ask; `identite` the claims of
    the pivot identity, as received (`pivot.lire` reads them).
    """

    client_id: str
    jti: str
    scopes: frozenset[str]
    identite: dict[str, Any]


def a_la_forme_d_un_jeton(valeur: str) -> bool:
    """Whether FranceConnect may have issued this: it is then asked, and not otherwise."""
    return _FORME_DU_JETON.fullmatch(valeur) is not None


def dechiffrer(corps: bytes, cles: Iterable[Key]) -> str:
    """The JWS inside this JWE, by the first of our keys of its algorithm that opens it: current one first.

    Raises ReponseIncoherente.
    """
    if len(corps) > REPONSE_MAXIMALE:
        raise ReponseIncoherente("corps trop long")
    try:
        compact = corps.decode("ascii").strip()
    except UnicodeDecodeError:
        raise ReponseIncoherente("pas un JWE") from None
    if compact.count(".") != 4:  # plain JSON, a JWS alone, a JWE with several recipients (a JSON object)
        raise ReponseIncoherente("pas un JWE")
    entete = _entete(compact)
    algorithme = entete.get("alg")
    attendu = {"alg", "enc", "epk"} if algorithme == "ECDH-ES" else {"alg", "enc"}
    if algorithme not in CHIFFREMENTS or entete.get("enc") != CONTENU_CHIFFRE or entete.keys() != attendu:
        raise ReponseIncoherente("chiffrement imprévu")
    for cle in cles:
        if cle.get("alg") != algorithme:
            continue
        try:
            ouvert = jwe.decrypt_compact(compact, cle, algorithms=[algorithme, CONTENU_CHIFFRE])
            return (ouvert.plaintext or b"").decode("ascii")
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    raise ReponseIncoherente("chiffré pour une autre clé")


def verifier_signature(compact: str, cles: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The payload of this JWS, signed by one of `cles` (public JWK): use `sig`, same `alg`, same `kid`.

    Raises SignatureInverifiable when other keys might verify it, ReponseIncoherente when none could.
    """
    if compact.count(".") != 2:
        raise ReponseIncoherente("pas un JWS")
    entete = _entete(compact)
    algorithme = entete.get("alg")
    if algorithme not in SIGNATURES or entete.keys() != {"alg", "kid"}:
        raise ReponseIncoherente("signature imprévue")
    publiee = next(
        (
            cle
            for cle in cles
            if cle.get("kid") == entete["kid"] and cle.get("alg") == algorithme and cle.get("use") == "sig"
        ),
        None,
    )
    if publiee is None:
        raise SignatureInverifiable("clé de signature inconnue")
    try:
        cle = ECKey.import_key(publiee) if algorithme == "ES256" else RSAKey.import_key(publiee)
        lu = jws.deserialize_compact(compact, cle, algorithms=[algorithme])
    except (JoseError, ValueError, TypeError, KeyError):
        raise SignatureInverifiable("signature fausse") from None
    return _objet(lu.payload)


def lire(payload: dict[str, Any], *, emetteur: str, client_id: str, maintenant: float) -> Introspection:
    """What this verified payload says of the token. `client_id`: ours; `emetteur`: `{FRANCECONNECT_URL}/api/v2`.

    Raises ReponseIncoherente, or JetonInactif.
    """
    if payload.get("iss") != emetteur:
        raise ReponseIncoherente("émetteur")
    if payload.get("aud") != client_id:
        raise ReponseIncoherente("destinataire")
    emise = payload.get("iat")
    if not isinstance(emise, int | float) or abs(maintenant - emise) > FRAICHEUR:
        raise ReponseIncoherente("date de la réponse")
    dedans = payload.get("token_introspection")
    if not isinstance(dedans, dict):
        raise ReponseIncoherente("introspection absente")
    if dedans.get("active") is False:
        raise JetonInactif("inactif")
    expire = dedans.get("exp")
    if dedans.get("active") is not True or not isinstance(expire, int | float):
        raise ReponseIncoherente("introspection incomplète")
    if expire <= maintenant:
        raise JetonInactif("expiré")
    service, jti, scopes = dedans.get("aud"), dedans.get("jti"), dedans.get("scope", "")
    if not (_est_nom(service) and _est_nom(jti) and isinstance(scopes, str)):
        raise ReponseIncoherente("introspection incomplète")
    return Introspection(
        client_id=service,
        jti=jti,
        scopes=frozenset(scopes.split(" ")) - {""},
        identite=dedans,
    )


def _entete(compact: str) -> dict[str, Any]:
    premier = compact.partition(".")[0]
    try:
        octets = base64.b64decode(premier + "=" * (-len(premier) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ReponseIncoherente("en-tête illisible") from None
    return _objet(octets)


def _objet(octets: bytes) -> dict[str, Any]:
    try:
        objet = json.loads(octets)
    except (ValueError, RecursionError):
        raise ReponseIncoherente("JSON illisible") from None
    if not isinstance(objet, dict):
        raise ReponseIncoherente("JSON illisible")
    return objet


def _est_nom(valeur: Any) -> TypeGuard[str]:
    return isinstance(valeur, str) and 0 < len(valeur) <= 255
