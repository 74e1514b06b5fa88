"""Our keys: the private ones that open FranceConnect's answers, and the public document that it fetches.

One file, a JWKS, current key first; the previous ones stay for the answers in flight. FranceConnect takes the first
public key with `use: enc` and the algorithm registered, on each of its checks and without cache: the document is kept
ready, and read again when the file has changed.
"""

import json
import os
import secrets
import tempfile
import threading
from pathlib import Path
from typing import Any, NamedTuple

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey

from statut_etudiant.franceconnect.protocole import CHIFFREMENTS

TAILLE_RSA = 3072
COURBE = "P-256"
#: How many keys a file keeps: answers in flight are seconds old, a rotation is months apart.
CLES_GARDEES = 4
# Members of a JWK that are public (RFC 7517, 7518): all others stay here.
_PUBLICS = ("kty", "use", "alg", "kid", "n", "e", "crv", "x", "y")


class ClesIllisibles(ValueError):
    """The file is not a JWKS of private encryption keys, or cannot be read. The message is in French."""


class Trousseau(NamedTuple):
    """`privees`: current first. `publiees`: the bytes of the public document."""

    privees: tuple[Key, ...]
    publiees: bytes


VIDE = Trousseau((), b'{"keys":[]}')


def lire(fichier: Path) -> Trousseau:
    """Raises ClesIllisibles."""
    try:
        declarees = json.loads(fichier.read_bytes())["keys"]
        privees = tuple(_importer(cle) for cle in declarees)
    except OSError as erreur:
        raise ClesIllisibles(f"{fichier} ne se lit pas ({type(erreur).__name__}).") from None
    except (ValueError, KeyError, TypeError, JoseError):
        raise ClesIllisibles(f"{fichier} n'est pas un JWKS de clés privées de déchiffrement.") from None
    publiques = [{nom: cle[nom] for nom in _PUBLICS if nom in cle} for cle in declarees]
    return Trousseau(privees, json.dumps({"keys": publiques}, separators=(",", ":")).encode())


def _importer(declaree: dict[str, Any]) -> Key:
    if declaree["use"] != "enc" or declaree["alg"] not in CHIFFREMENTS or not declaree["kid"]:
        raise ValueError(declaree["alg"])
    cle = (RSAKey if declaree["kty"] == "RSA" else ECKey).import_key(declaree)
    if not cle.is_private or (declaree["kty"] == "RSA") == (declaree["alg"] == "ECDH-ES"):
        raise ValueError(declaree["alg"])
    return cle


def renouveler(fichier: Path, *, algorithme: str) -> tuple[str, int]:
    """Add a new current key to the file, made when it does not exist; the oldest leave. (its kid, keys in the file)

    The file is replaced at once, readable by its owner alone: a server that reads meanwhile sees the old or the new.
    Raises ClesIllisibles.
    """
    anciennes: list[dict[str, Any]] = []
    if fichier.exists():
        lire(fichier)
        anciennes = json.loads(fichier.read_bytes())["keys"]
    membres: Any = {"use": "enc", "alg": algorithme, "kid": secrets.token_urlsafe(12)}
    if algorithme == "ECDH-ES":
        neuve = ECKey.generate_key(COURBE, membres).as_dict(private=True)
    else:
        neuve = RSAKey.generate_key(TAILLE_RSA, membres).as_dict(private=True)
    cles = [neuve, *anciennes][:CLES_GARDEES]
    descripteur, provisoire = tempfile.mkstemp(dir=fichier.parent, prefix=f".{fichier.name}.")
    try:
        with os.fdopen(descripteur, "w") as sortie:  # mkstemp: 0600
            json.dump({"keys": cles}, sortie, indent=1)
            sortie.flush()
            os.fsync(sortie.fileno())
        if anciennes:
            # The service's account may not be the operator's: who could read the file still can.
            actuel = fichier.stat()
            os.chmod(provisoire, actuel.st_mode & 0o777)
            if os.geteuid() == 0:
                os.chown(provisoire, actuel.st_uid, actuel.st_gid)
        os.replace(provisoire, fichier)
    except BaseException:
        Path(provisoire).unlink(missing_ok=True)
        raise
    return str(membres["kid"]), len(cles)


class Fichier:
    """The file as it stands, read again when it was replaced. Thread-safe."""

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin
        self._verrou = threading.Lock()
        self._vu: tuple[int, int, int] | None = None
        self._trousseau = VIDE

    def trousseau(self) -> Trousseau:
        """Raises ClesIllisibles when it has never been readable; one that breaks later leaves the keys as they are."""
        try:
            etat = self.chemin.stat()
            vu = (etat.st_mtime_ns, etat.st_ino, etat.st_size)
        except OSError:
            vu = None
        if vu is not None and vu == self._vu:
            return self._trousseau
        with self._verrou:
            try:
                self._trousseau = lire(self.chemin)
            except ClesIllisibles:
                if not self._trousseau.privees:
                    raise
            self._vu = vu
        return self._trousseau
