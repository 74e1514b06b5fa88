"""The local FranceConnect of `make demo`: its configuration, and the settings by which the product finds it."""

import json
import secrets
from pathlib import Path

from statut_etudiant.franceconnect import cles

ALGORITHME = "RSA-OAEP-256"


def preparer(dossier: Path, *, adresse: str, port: int) -> tuple[Path, dict[str, str]]:
    """Write the configuration in this folder; its path, and the product's environment. `adresse`: the product's.

    Secrets are drawn anew at each start; our keys are kept. The services of the demonstration take their citizens'
    tokens by `/local/jeton`, which wants none of them registered.
    """
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    fichier_de_cles = dossier / "cles.json"
    if not fichier_de_cles.exists():
        cles.renouveler(fichier_de_cles, algorithme=ALGORITHME)
    fournisseur = {
        "client_id": "demonstration-fournisseur-de-donnees",
        "client_secret": secrets.token_hex(16),
        "jwks_uri": f"{adresse}/api/france_connect_jwks",
        "alg": ALGORITHME,
    }
    nous = {
        "id": "demonstration-mon-espace",
        "secret": secrets.token_hex(16),
        "redirections": [f"{adresse}/mon-espace/retour"],
        "sorties": [f"{adresse}/mon-espace/sorti"],
    }
    configuration = dossier / "configuration.json"
    configuration.write_text(
        json.dumps({"port": port, "fournisseur_de_donnees": fournisseur, "clients": [nous]})
    )
    configuration.chmod(0o600)
    return configuration, {
        "FRANCECONNECT_URL": f"http://127.0.0.1:{port}",
        "FRANCECONNECT_CLIENT_ID": fournisseur["client_id"],
        "FRANCECONNECT_CLIENT_SECRET": fournisseur["client_secret"],
        "FRANCECONNECT_CLES": str(fichier_de_cles),
        "FRANCECONNECT_FS_CLIENT_ID": str(nous["id"]),
        "FRANCECONNECT_FS_CLIENT_SECRET": str(nous["secret"]),
        # On the loopback, without TLS.
        "AUTHLIB_INSECURE_TRANSPORT": "1",
    }
