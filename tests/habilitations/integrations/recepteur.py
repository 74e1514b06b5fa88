"""A receiver of webhooks, on a real socket: it keeps what it gets and answers what the test says, or nothing."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple


class Recu(NamedTuple):
    chemin: str
    entetes: dict[str, str]  # names in lower case
    corps: bytes
    instant: float


class Recepteur(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def __init__(self, tls: Path | None = None) -> None:
        self.recus: list[Recu] = []
        self.repondre: Callable[[BaseHTTPRequestHandler], None] = statut(204)
        super().__init__(("127.0.0.1", 0), _Gestion)
        self.schema = "http"
        if tls is not None:
            contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            contexte.load_cert_chain(tls)
            self.socket = contexte.wrap_socket(self.socket, server_side=True)
            self.schema = "https"

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def adresse(self) -> str:
        return f"{self.schema}://127.0.0.1:{self.port}/recevoir?de=ase"

    def handle_error(self, request: object, client_address: object) -> None:
        """The caller went away, as some tests want."""


class _Gestion(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers["Content-Length"]))
        entetes = {nom.lower(): valeur for nom, valeur in self.headers.items()}
        self.server.recus.append(Recu(self.path, entetes, corps, time.monotonic()))
        self.server.repondre(self)

    do_GET = do_POST

    def log_message(self, *args: object) -> None:
        pass


def statut(code: int, corps: bytes = b"", **entetes: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def repondre(gestion: BaseHTTPRequestHandler) -> None:
        gestion.send_response(code)
        for nom, valeur in entetes.items():
            gestion.send_header(nom.replace("_", "-"), valeur)
        gestion.send_header("Content-Length", str(len(corps)))
        gestion.end_headers()
        gestion.wfile.write(corps)

    return repondre


def pendre(fin: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    """Takes the call, and says nothing until the test is over."""

    def attendre(gestion: BaseHTTPRequestHandler) -> None:
        fin.wait(30)
        gestion.close_connection = True

    return attendre


def goutter(fin: threading.Event, chaque: float) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answers one byte at a time, so that no single wait is ever long."""

    def repondre(gestion: BaseHTTPRequestHandler) -> None:
        for octet in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 10_000:
            if fin.wait(chaque):
                break
            gestion.wfile.write(bytes([octet]))
        gestion.close_connection = True

    return repondre


def couper(gestion: BaseHTTPRequestHandler) -> None:
    gestion.connection.shutdown(socket.SHUT_RDWR)
    gestion.close_connection = True


@contextmanager
def ecouter(tls: Path | None = None) -> Iterator[Recepteur]:
    serveur = Recepteur(tls)
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    fil.start()
    try:
        yield serveur
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()
