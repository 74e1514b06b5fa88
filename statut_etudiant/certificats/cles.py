"""The keys that sign the digital certificates: ES256, current first, in the file that CERTIFICATS_CLES names.

The previous ones stay published for the certificates that they signed, which live a university year at most.
"""

import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from joserfc.jwk import ECKey, Key

from statut_etudiant import trousseaux
from statut_etudiant.trousseaux import Trousseau

ALGORITHME = "ES256"
COURBE = "P-256"


class SansCle(Exception):
    """No key to sign with: this form of the certificates is closed."""


def lire(fichier: Path) -> Trousseau:
    """Raises ClesIllisibles."""
    return trousseaux.lire(fichier, _importer, quoi="signature ES256")


def _importer(declaree: Mapping[str, Any]) -> Key:
    if declaree["use"] != "sig" or declaree["alg"] != ALGORITHME or not declaree["kid"]:
        raise ValueError(declaree["alg"])
    cle = ECKey.import_key(dict(declaree))
    if not cle.is_private or cle.curve_name != COURBE:
        raise ValueError(declaree["alg"])
    return cle


def renouveler(fichier: Path) -> tuple[str, int]:
    """Add a new current key to the file, made when it does not exist. (its kid, keys in the file)

    Raises ClesIllisibles.
    """
    if fichier.exists():
        lire(fichier)
    membres: Any = {"use": "sig", "alg": ALGORITHME, "kid": secrets.token_urlsafe(12)}
    neuve = ECKey.generate_key(COURBE, membres).as_dict(private=True)
    return str(membres["kid"]), trousseaux.ajouter(fichier, neuve)


def ouvertes() -> bool:
    """Whether this service signs certificates."""
    return bool(settings.CERTIFICATS_CLES)


def trousseau() -> Trousseau:
    """Raises SansCle."""
    if not settings.CERTIFICATS_CLES:
        raise SansCle
    try:
        lu = _fichier(settings.CERTIFICATS_CLES).trousseau()
    except trousseaux.ClesIllisibles as erreur:
        raise SansCle from erreur
    if not lu.privees:
        raise SansCle
    return lu


@lru_cache(maxsize=4)
def _fichier(chemin: str) -> trousseaux.Fichier:
    return trousseaux.Fichier(Path(chemin), lire)
