"""Encryption of the few secrets that the database must be able to give back (tokens and passwords are only digests).

Fernet (AES-128-CBC and HMAC-SHA-256), under a key drawn from `CLE_CHIFFREMENT`; values written under the previous keys
(`CLES_CHIFFREMENT_ANCIENNES`) are still read, and `manage.py rechiffrer` writes them again under the current one.

What is handed to people and comes back (a link, a sealed answer) says its `usage`: each has a key of its own, and what
was made for one opens nowhere else.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

#: Its name is older than its place, and cannot change: the key comes from it.
CONTEXTE = b"statut_etudiant.habilitations.chiffrement"


class Indechiffrable(Exception):
    """Written under a key that the settings no longer hold, or altered."""


def chiffrer(clair: bytes, *, usage: str = "") -> bytes:
    return _serrure(usage).encrypt(clair)


def dechiffrer(chiffre: bytes, *, usage: str = "") -> bytes:
    """Raises Indechiffrable."""
    try:
        return _serrure(usage).decrypt(chiffre)
    except InvalidToken:
        raise Indechiffrable from None


def rechiffrer(chiffre: bytes) -> bytes:
    """The same secret, under the current key. Raises Indechiffrable."""
    try:
        return _serrure().rotate(chiffre)
    except InvalidToken:
        raise Indechiffrable from None


def _serrure(usage: str = "") -> MultiFernet:
    return _serrure_de((settings.CLE_CHIFFREMENT, *settings.CLES_CHIFFREMENT_ANCIENNES), usage)


@cache
def _serrure_de(secrets: tuple[str, ...], usage: str) -> MultiFernet:
    return MultiFernet([Fernet(_cle(secret, usage)) for secret in secrets])


def _cle(secret: str, usage: str) -> bytes:
    contexte = CONTEXTE + (f":{usage}".encode() if usage else b"")
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=contexte)
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
