"""A load generator light enough not to be what is measured: keep-alive connections over one epoll, raw bytes.

It runs in a process of its own, which does nothing else; the share of a core that it takes is reported.
"""

import math
import re
import selectors
import socket
import statistics
import time
from collections import Counter, deque
from collections.abc import Iterator
from itertools import cycle
from typing import NamedTuple

_LONGUEUR = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


class Mesure(NamedTuple):
    """What a burst gave: answers a second, statuses, latency (ms), and the share of a core that we took."""

    debit: float
    statuts: dict[int, int]
    mediane: float
    p95: float
    generateur: float


class Connexion:
    def __init__(self, port: int) -> None:
        self.prise = socket.create_connection(("127.0.0.1", port))
        self.prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.depart = 0.0
        self.tampon = b""
        self.attendus = 0

    def envoyer(self, requete: bytes) -> None:
        self.tampon = b""
        self.attendus = 0
        self.depart = time.perf_counter()
        self.prise.sendall(requete)

    def recevoir(self) -> int:
        """The status once the answer is whole, else 0."""
        morceau = self.prise.recv(65536)
        if not morceau:
            raise ConnectionError("le serveur a fermé la connexion")
        self.tampon = self.tampon + morceau if self.tampon else morceau
        if not self.attendus:
            fin = self.tampon.find(b"\r\n\r\n")
            if fin < 0:
                return 0
            longueur = _LONGUEUR.search(self.tampon, 0, fin)
            if longueur is None:
                raise ValueError("réponse sans longueur")
            self.attendus = fin + 4 + int(longueur[1])
        return int(self.tampon[9:12]) if len(self.tampon) >= self.attendus else 0


def rafale(port: int, requetes: Iterator[bytes], *, duree: float, connexions: int) -> Mesure:
    """Call as fast as answers come, on that many connections, for `duree` seconds; latencies are NaN without answer."""
    statuts: Counter[int] = Counter()
    latences: list[float] = []
    with selectors.DefaultSelector() as attente:
        for _ in range(connexions):
            connexion = Connexion(port)
            attente.register(connexion.prise, selectors.EVENT_READ, connexion)
            connexion.envoyer(next(requetes))
        debut, processeur = time.perf_counter(), time.process_time()
        fin = debut + duree
        en_vol = connexions
        while en_vol:
            for cle, _ in attente.select():
                connexion = cle.data
                statut = connexion.recevoir()
                if not statut:
                    continue
                maintenant = time.perf_counter()
                if maintenant < fin:
                    statuts[statut] += 1
                    latences.append(maintenant - connexion.depart)
                    connexion.envoyer(next(requetes))
                else:
                    connexion.prise.close()
                    en_vol -= 1
                    attente.unregister(connexion.prise)
        processeur = time.process_time() - processeur
    return Mesure(
        debit=sum(statuts.values()) / duree,
        statuts=dict(statuts),
        mediane=statistics.median(latences or [math.nan]) * 1000,
        p95=statistics.quantiles(latences or [math.nan] * 2, n=20)[-1] * 1000,
        generateur=processeur / duree,
    )


def requetes(chemins: list[str], jetons: list[str]) -> Iterator[bytes]:
    """Endless requests: paths and tokens each in turn, so that no token comes near its quota."""
    suite = deque(jetons)
    for chemin in cycle(chemins):
        suite.rotate(-1)
        yield requete(chemin, suite[0])


def requete(chemin: str, jeton: str) -> bytes:
    return (
        f"GET {chemin} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Authorization: Bearer {jeton}\r\n\r\n"
    ).encode()
