"""The keys of the journals' seals: Ed25519, drawn from `CLE_SCEAUX`, which the database never sees.

Whoever signs has the secret (the workers). Whoever verifies needs the public keys alone: that of `CLE_SCEAUX` when it
is there, and those of `CLES_SCEAUX_ANCIENNES`, which may outlive their secrets.
"""

import hashlib
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

CONTEXTE = b"statut_etudiant.referentiel.journal.sceaux"


def signer(message: bytes) -> bytes:
    """64 bytes. Raises ImproperlyConfigured without CLE_SCEAUX."""
    return _privee(_secret()).sign(message)


def nom_courant() -> str:
    """The name that seals signed from now on bear. Raises ImproperlyConfigured without CLE_SCEAUX."""
    return nom(publique_courante())


def publique_courante() -> bytes:
    """The 32 bytes that verify what `signer` signs. Raises ImproperlyConfigured without CLE_SCEAUX."""
    return _privee(_secret()).public_key().public_bytes_raw()


def nom(publique: bytes) -> str:
    return hashlib.sha256(publique).hexdigest()[:16]


def connue(cle: str) -> bool:
    return cle in _publiques()


def signee(message: bytes, signature: bytes, *, cle: str) -> bool:
    """Whether a key that the settings trust, of that name, signed this message."""
    publique = _publiques().get(cle)
    if publique is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(publique).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _publiques() -> dict[str, bytes]:
    toutes = [bytes.fromhex(cle) for cle in settings.CLES_SCEAUX_ANCIENNES]
    if settings.CLE_SCEAUX:
        toutes.append(publique_courante())
    return {nom(publique): publique for publique in toutes}


def _secret() -> str:
    if not settings.CLE_SCEAUX:
        raise ImproperlyConfigured("CLE_SCEAUX manque : les journaux ne peuvent pas être scellés.")
    return str(settings.CLE_SCEAUX)


@cache
def _privee(secret: str) -> Ed25519PrivateKey:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=CONTEXTE)
    return Ed25519PrivateKey.from_private_bytes(derivation.derive(secret.encode()))
