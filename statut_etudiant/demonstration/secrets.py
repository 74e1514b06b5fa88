"""The demonstration's secrets: drawn when its data are loaded, kept in one file closed to others and to git.

Tokens are shown once in the product; the demonstration shows them at each start, so it must keep them somewhere.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from statut_etudiant.embarque import VAR

FICHIER = VAR / "demonstration.json"


@dataclass
class Secrets:
    """One password for all the persons; the tokens by what they are."""

    mot_de_passe: str
    jetons: dict[str, str] = field(default_factory=dict)


def lire(fichier: Path | None = None) -> Secrets | None:
    """What was kept; None when there is nothing, or nothing readable."""
    try:
        return Secrets(**json.loads((fichier or FICHIER).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def tirer() -> Secrets:
    return Secrets(mot_de_passe=secrets.token_hex(8))


def garder(valeurs: Secrets, fichier: Path | None = None) -> None:
    """Replace the file at once: a reader sees the old one or the new one, whole."""
    fichier = fichier or FICHIER
    fichier.parent.mkdir(parents=True, exist_ok=True)
    neuf = fichier.with_suffix(".neuf")
    neuf.unlink(missing_ok=True)
    with os.fdopen(os.open(neuf, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sortie:
        json.dump(asdict(valeurs), sortie, ensure_ascii=False, indent=2)
    neuf.replace(fichier)
