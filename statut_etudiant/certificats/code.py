"""The code of a certificate: ten characters that one can read out, 50 bits that nobody guesses.

Crockford's alphabet: no I, L, O or U, and what looks like a digit is read as one. Stored as a digest under the pepper
of the tokens: without it, 50 bits could be searched in a stolen database.
"""

import hashlib
import secrets

from habilitations.jetons.emission import empreintes as empreintes_sous_poivre

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGUEUR = 10
_SOSIES = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": "", "\u00a0": "", "\u202f": ""})


class CodeIllisible(ValueError):
    """What was typed has not the shape of a code."""


def tirer() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))


def lire(texte: str) -> str:
    """The code as it was drawn, whatever the case, spaces and dashes. Raises CodeIllisible."""
    code = texte.strip().upper().translate(_SOSIES)
    if len(code) != LONGUEUR or set(code) - set(ALPHABET):
        raise CodeIllisible
    return code


def empreintes(usage: str, valeur: str) -> list[bytes]:
    """The digests under which this may be stored, current pepper first. `usage`: keeps what serves one from another."""
    return empreintes_sous_poivre(f"certificat.{usage}:{valeur}")


def cles(code: str, sel: bytes) -> list[bytes]:
    """The keys (32 bytes) under which what this code opens may be encrypted, current pepper first.

    Slow on purpose: with the database and the peppers, 50 bits still cost 2^50 times this (about 50 ms).
    """
    lente = hashlib.scrypt(code.encode(), salt=sel, n=2**14, r=8, p=1, dklen=32)
    return empreintes("cliche", lente.hex())
