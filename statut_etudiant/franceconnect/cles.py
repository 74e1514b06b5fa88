"""Our keys: the private ones that open FranceConnect's answers, and the public document that it fetches.

FranceConnect takes the first public key with `use: enc` and the algorithm registered, on each of its checks and without
cache: the document is kept ready, and read again when the file has changed. The previous keys stay for the answers in
flight.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, Key, RSAKey

from statut_etudiant import trousseaux
from statut_etudiant.franceconnect.protocole import CHIFFREMENTS
from statut_etudiant.trousseaux import Trousseau

TAILLE_RSA = 3072
COURBE = "P-256"


def lire(fichier: Path) -> Trousseau:
    """Raises ClesIllisibles."""
    return trousseaux.lire(fichier, _importer, quoi="déchiffrement")


def _importer(declaree: Mapping[str, Any]) -> Key:
    if declaree["use"] != "enc" or declaree["alg"] not in CHIFFREMENTS or not declaree["kid"]:
        raise ValueError(declaree["alg"])
    cle = (RSAKey if declaree["kty"] == "RSA" else ECKey).import_key(dict(declaree))
    if not cle.is_private or (declaree["kty"] == "RSA") == (declaree["alg"] == "ECDH-ES"):
        raise ValueError(declaree["alg"])
    return cle


def renouveler(fichier: Path, *, algorithme: str) -> tuple[str, int]:
    """Add a new current key to the file, made when it does not exist. (its kid, keys in the file)

    Raises ClesIllisibles.
    """
    if fichier.exists():
        lire(fichier)
    membres: Any = {"use": "enc", "alg": algorithme, "kid": secrets.token_urlsafe(12)}
    if algorithme == "ECDH-ES":
        neuve = ECKey.generate_key(COURBE, membres).as_dict(private=True)
    else:
        neuve = RSAKey.generate_key(TAILLE_RSA, membres).as_dict(private=True)
    return str(membres["kid"]), trousseaux.ajouter(fichier, neuve)


def ouvrir(fichier: Path) -> trousseaux.Fichier:
    """The file as it stands, whenever it is asked."""
    return trousseaux.Fichier(fichier, lire)
