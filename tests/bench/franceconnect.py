"""While FranceConnect hangs, the calls with our own tokens keep their speed: their p95, with and without it."""

import contextlib
import socket
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from urllib.parse import urlencode

from habilitations.scopes import SCOPES
from statut_etudiant.embarque.web import APPLICATION
from tests.bench.base import Base, dire
from tests.bench.charge import rafale, requete, requetes
from tests.bench.lecture import JETONS, RECIPIENT
from tests.bench.rapport import Rapport
from tests.bench.serveurs import Web
from tests.franceconnect.local import demarrer

SERVICE = "bench-franceconnect"
#: As many as one web process lets wait for FranceConnect.
PENDUS = 64
CONNEXIONS = 8
CHEMIN = "/v3/mesri/statut_etudiant/"
OBJECTIF = 1.5


def mesurer(base: Base, *, tours: int) -> list[Rapport]:
    """Each round on a new web process: the circuit breaker of the one before would send the calls back at once."""
    jetons = base.jetons(JETONS, ",".join(SCOPES))
    base.manage(
        "creer_jeton", "--siret", RECIPIENT, "--intitule", "Mesures", "--type", "franceconnect",
        "--client-id", SERVICE, "--scopes", "mesri_inscription_etudiant", "--verbosity", "0",
    )  # fmt: skip
    with base.connecter() as connexion:
        connexion.execute("UPDATE habilitations_habilitation SET quota_par_seconde = 1000")
        ines = [ligne[0] for ligne in connexion.execute("SELECT ine FROM referentiel_etudiant LIMIT 5000")]
    chemins = [f"{CHEMIN}ine?{urlencode({'recipient': RECIPIENT, 'ine': ine})}" for ine in ines]
    rapports = []
    with tempfile.TemporaryDirectory() as dossier, demarrer(Path(dossier)) as local:
        base.environnement |= local.reglages()
        dire(f"· {tours} tours, {PENDUS} appels pendus à FranceConnect…")
        for _ in range(tours):
            with Web(APPLICATION, base) as web:
                appels = requetes(chemins, jetons)
                rafale(web.port, appels, duree=1, connexions=CONNEXIONS)
                local.comporter("")
                seul = rafale(web.port, appels, duree=2, connexions=CONNEXIONS)
                local.comporter("lent")
                acces = local.jeton("agathe", service=SERVICE, duree=600)
                pendu = requete(f"{CHEMIN}france_connect?{urlencode({'recipient': RECIPIENT})}", acces)
                with ThreadPoolExecutor(PENDUS) as fils:
                    pendus = [fils.submit(_appeler, web.port, pendu) for _ in range(PENDUS)]
                    time.sleep(0.5)
                    pendant = rafale(web.port, appels, duree=2, connexions=CONNEXIONS)
                    encore = len(wait(pendus, timeout=0).not_done)
                if encore < PENDUS:
                    raise SystemExit(
                        f"{PENDUS - encore} appels n'étaient plus pendus : la mesure ne vaut rien."
                    )
                rapports.append(pendant.p95 / seul.p95)
    return [Rapport("p95 pendant que FranceConnect pend / sans", rapports, OBJECTIF, maximum=True)]


def _appeler(port: int, octets: bytes) -> None:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=20) as prise:
        prise.sendall(octets)
        prise.recv(65536)
