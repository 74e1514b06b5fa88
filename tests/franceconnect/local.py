"""The local FranceConnect as a process of its own, for the tests: what it is told, what it is asked."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from statut_etudiant.embarque.processus import lancer
from statut_etudiant.franceconnect import cles

RACINE = Path(__file__).resolve().parents[2]

#: Us, as data provider, then as the citizens' service.
CLIENT, SECRET = "statut-etudiant-fd", "secret-de-fournisseur-de-donnees"
CLIENT_FS, SECRET_FS = "statut-etudiant-fs", "secret-de-fournisseur-de-services"
#: A service with everything that this product declares to FranceConnect.
SERVICE = "service-de-test"
SCOPES = (
    "mesri_identifiant",
    "mesri_inscription_etudiant",
    "mesri_inscription_autre",
    "mesri_admission",
    "mesri_etablissements",
    "mesri_admissions",
    "mesri_admission_inscrit",
    "mesri_admission_regime_formation",
    "mesri_admission_commune_etudes",
    "mesri_admission_etablissement_etude",
)


@dataclass
class FranceConnectLocal:
    adresse: str
    #: Our private keys, which the product's settings name.
    cles: Path

    def comporter(self, nom: str) -> None:
        requests.post(f"{self.adresse}/local/comportement", json={"nom": nom}, timeout=5).raise_for_status()

    def renouveler_sa_cle(self) -> None:
        requests.post(f"{self.adresse}/local/cle", timeout=5).raise_for_status()

    def comptes(self) -> dict[str, int]:
        """How many times each of its services was asked since the last change of behaviour."""
        return dict(requests.get(f"{self.adresse}/local/comptes", timeout=5).json())

    def jeton(
        self,
        citoyen: str,
        *scopes: str,
        service: str = SERVICE,
        duree: int = 60,
        **retouches: Any,
    ) -> str:
        """An access token of this citizen for a service; `retouches`: claims in place of theirs, None removes one."""
        reponse = requests.post(
            f"{self.adresse}/local/jeton",
            json={
                "client_id": service,
                "citoyen": citoyen,
                "scope": " ".join(scopes or SCOPES),
                "duree": duree,
                "retouches": retouches,
            },
            timeout=5,
        )
        reponse.raise_for_status()
        return reponse.text

    def reglages(self) -> dict[str, str]:
        """The settings that point here."""
        return {
            "FRANCECONNECT_URL": self.adresse,
            "FRANCECONNECT_CLIENT_ID": CLIENT,
            "FRANCECONNECT_CLIENT_SECRET": SECRET,
            "FRANCECONNECT_CLES": str(self.cles),
            "FRANCECONNECT_FS_CLIENT_ID": CLIENT_FS,
            "FRANCECONNECT_FS_CLIENT_SECRET": SECRET_FS,
        }


@contextmanager
def demarrer(
    dossier: Path,
    *,
    alg: str = "RSA-OAEP-256",
    jwks_uri: str = "",
    redirections: tuple[str, ...] = ("http://127.0.0.1:8000/mon-espace/retour",),
    sorties: tuple[str, ...] = ("http://127.0.0.1:8000/mon-espace/sorti",),
) -> Iterator[FranceConnectLocal]:
    fichier = dossier / "cles.json"
    cles.renouveler(fichier, algorithme=alg)
    publication = _publier(fichier)
    configuration = {
        "port": 0,
        "fournisseur_de_donnees": {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "jwks_uri": jwks_uri or f"http://127.0.0.1:{publication.server_port}/api/france_connect_jwks",
            "alg": alg,
        },
        "clients": [
            {"id": CLIENT_FS, "secret": SECRET_FS, "redirections": redirections, "sorties": sorties},
            {
                "id": SERVICE,
                "secret": "secret-du-service",
                "redirections": ["http://127.0.0.1:9/"],
                "scopes": SCOPES,
            },
        ],
    }
    (dossier / "franceconnect.json").write_text(json.dumps(configuration))
    processus = lancer(
        [sys.executable, "-m", "statut_etudiant.franceconnect_local", dossier / "franceconnect.json"],
        dossier=RACINE,
        sortie=subprocess.PIPE,
    )
    assert processus.stdout is not None
    adresse = processus.stdout.readline().decode().strip()
    assert adresse.startswith("http://"), adresse + processus.stdout.read().decode()
    # What it writes afterwards must not fill the pipe.
    lecteur = threading.Thread(target=processus.stdout.read, daemon=True)
    lecteur.start()
    try:
        yield FranceConnectLocal(adresse, fichier)
    finally:
        processus.terminate()
        processus.wait(10)
        lecteur.join(5)
        processus.stdout.close()
        publication.shutdown()
        publication.server_close()


def _publier(fichier: Path) -> ThreadingHTTPServer:
    """Our public keys where FranceConnect fetches them; the product's own address is tested elsewhere."""
    lues = cles.ouvrir(fichier)

    class Document(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            corps = lues.trousseau().publiees
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(corps)))
            self.end_headers()
            self.wfile.write(corps)

        def log_message(self, *args: object) -> None:
            pass

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Document)
    threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return serveur
