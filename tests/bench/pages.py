"""The pages, with 10,000 requests in the database: what the server takes for each, and how many statements."""

import http.client
import json
import statistics
import subprocess
import sys
from dataclasses import dataclass, field

from tests.bench.base import RACINE, Base, dire
from tests.bench.rapport import Rapport
from tests.bench.serveurs import Web

APPELS = 50
OBJECTIF = 100  # ms, p95


@dataclass
class Cout:
    """What the calls of one page took, in milliseconds of the server's clock and of its processor."""

    public: str
    nom: str
    durees: list[float] = field(default_factory=list)
    processeur: list[float] = field(default_factory=list)
    requetes: int = 0

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.durees, n=20)[-1]

    def noter(self, reponse: http.client.HTTPResponse) -> None:
        self.durees.append(float(reponse.headers["X-Bench-Ms"]))
        self.processeur.append(float(reponse.headers["X-Bench-Cpu-Ms"]))
        self.requetes = max(self.requetes, int(reponse.headers["X-Bench-Requetes"]))


def mesurer(base: Base, *, appels: int = APPELS) -> list[Rapport]:
    """One connection, one call at a time, each page in turn: what disturbs the machine disturbs them all."""
    dire(f"· {appels} appels de chaque page, 10 000 demandes…")
    prepares = subprocess.run(
        [sys.executable, "-m", "tests.bench.dossiers"],
        # As the owner: the volume is written around the triggers that keep the states.
        cwd=RACINE, env=base.en_proprietaire, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    with base.connecter() as connexion:
        connexion.execute("VACUUM ANALYZE")
    monde = json.loads(prepares.stdout)
    couts = [(Cout(qui, nom), adresse) for qui, nom, adresse in monde["pages"]]
    with Web("tests.bench.mesuree:application", base, fils=16) as web:
        connexion_web = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
        for tour in range(appels + 2):
            for cout, adresse in couts:
                session = monde["sessions"].get(cout.public)
                entetes = {"Cookie": f"sessionid={session}"} if session else {}
                connexion_web.request("GET", adresse, headers=entetes)
                reponse = connexion_web.getresponse()
                reponse.read()
                if reponse.status != 200:
                    raise SystemExit(f"{adresse} répond {reponse.status} : la mesure ne vaut rien.")
                if tour > 1:  # the first two warm templates and plans
                    cout.noter(reponse)
    _tableau([cout for cout, _ in couts])
    pire = max((cout for cout, _ in couts), key=lambda cout: cout.p95)
    return [
        Rapport(f"p95 de la page la plus lente ({pire.nom})", [pire.p95], OBJECTIF, maximum=True, unite="ms")
    ]


def _tableau(couts: list[Cout]) -> None:
    dire()
    dire(f"{'':<16}{'page':<38}{'médiane':>10}{'p95':>11}{'processeur':>13}{'requêtes SQL':>15}")
    for cout in couts:
        dire(
            f"{cout.public or 'public':<16}{cout.nom:<38}{statistics.median(cout.durees):>7.1f} ms"
            f"{cout.p95:>8.1f} ms{statistics.median(cout.processeur):>10.1f} ms{cout.requetes:>15}"
            + ("" if cout.p95 <= OBJECTIF else "   non atteint")
        )
