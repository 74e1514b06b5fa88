"""Files of our private keys: a JWKS, current key first, the previous ones behind for what was made with them.

Kept outside the database, readable by the service alone; a document of the public halves goes with them.
"""

import json
import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from joserfc.errors import JoseError
from joserfc.jwk import Key

#: How many keys a file keeps: rotations are months apart.
CLES_GARDEES = 4
# Members of a JWK that are public (RFC 7517, 7518): all others stay here.
_PUBLICS = ("kty", "use", "alg", "kid", "n", "e", "crv", "x", "y")


class ClesIllisibles(ValueError):
    """The file is not a JWKS of the private keys expected, or cannot be read. The message is in French."""


class Trousseau(NamedTuple):
    """`privees`: current first. `publiees`: the bytes of the public document."""

    privees: tuple[Key, ...]
    publiees: bytes


VIDE = Trousseau((), b'{"keys":[]}')

#: From a member of the JWKS to a key; raises KeyError, TypeError, ValueError or JoseError for any that is not expected.
Importer = Callable[[Mapping[str, Any]], Key]


def lire(fichier: Path, importer: Importer, *, quoi: str) -> Trousseau:
    """`quoi`: what the keys are for, in French. Raises ClesIllisibles."""
    try:
        declarees = json.loads(fichier.read_bytes())["keys"]
        privees = tuple(importer(cle) for cle in declarees)
    except OSError as erreur:
        raise ClesIllisibles(f"{fichier} ne se lit pas ({type(erreur).__name__}).") from None
    except (ValueError, KeyError, TypeError, JoseError):
        raise ClesIllisibles(f"{fichier} n'est pas un JWKS de clés privées de {quoi}.") from None
    publiques = [{nom: cle[nom] for nom in _PUBLICS if nom in cle} for cle in declarees]
    return Trousseau(privees, json.dumps({"keys": publiques}, separators=(",", ":")).encode())


def ajouter(fichier: Path, neuve: Mapping[str, Any]) -> int:
    """Put this key at the head of the file, made when it does not exist; the oldest leave. How many it holds.

    The file is replaced at once, readable by its owner alone: a server that reads meanwhile sees the old or the new.
    """
    anciennes: list[Any] = json.loads(fichier.read_bytes())["keys"] if fichier.exists() else []
    cles = [dict(neuve), *anciennes][:CLES_GARDEES]
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
    return len(cles)


class Fichier:
    """The file as it stands, read again when it was replaced. Thread-safe."""

    def __init__(self, chemin: Path, lire: Callable[[Path], Trousseau]) -> None:
        self.chemin = chemin
        self._lire = lire
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
                self._trousseau = self._lire(self.chemin)
            except ClesIllisibles:
                if not self._trousseau.privees:
                    raise
            self._vu = vu
        return self._trousseau
