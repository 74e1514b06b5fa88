"""What a list says of people, as the database keeps it: encrypted."""

import json
from typing import Any

from referentiel.chiffrement import chiffrer, dechiffrer


def fermer(valeur: Any) -> bytes:
    return chiffrer(json.dumps(valeur).encode("utf-8", "surrogatepass"))


def ouvrir(chiffre: bytes | memoryview | None) -> Any:
    """Raises Indechiffrable."""
    return json.loads(dechiffrer(bytes(chiffre or b"")))
