"""SD-JWT (RFC 9901): a signed JWT whose claims are digests, and beside it the disclosures that open each of them.

Whoever holds the file hands on the disclosures that they choose; the signature holds for any of them. Only flat claims,
which is all that a certificate has; no key binding: a paper has none either.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.jwk import Key

from statut_etudiant.certificats.cles import ALGORITHME

#: Bytes of a disclosure's salt: 128 bits, as the text recommends.
SEL = 16


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def divulgation(sel: str, nom: str, valeur: Any) -> str:
    return base64url(json.dumps([sel, nom, valeur], ensure_ascii=False).encode())


def condense(divulguee: str) -> str:
    return base64url(hashlib.sha256(divulguee.encode("ascii")).digest())


def emettre(*, clairs: Mapping[str, Any], divulgables: Mapping[str, Any], cle: Key, type_: str) -> str:
    """The compact serialisation, with all its disclosures: `<JWT>~<disclosure>~…~`."""
    divulguees = [
        divulgation(base64url(secrets.token_bytes(SEL)), nom, valeur) for nom, valeur in divulgables.items()
    ]
    # Sorted: their order must not tell which is which.
    corps = {**clairs, "_sd": sorted(map(condense, divulguees)), "_sd_alg": "sha-256"}
    jwt = signer(corps, cle=cle, type_=type_)
    return "".join(f"{morceau}~" for morceau in (jwt, *divulguees))


def signer(corps: Mapping[str, Any], *, cle: Key, type_: str) -> str:
    """A compact JWS of this JSON."""
    entete = {"alg": ALGORITHME, "typ": type_, "kid": cle.kid}
    octets = json.dumps(corps, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(entete, octets, cle, algorithms=[ALGORITHME])
