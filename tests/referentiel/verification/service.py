"""An INES of the tests: a real HTTP server that issues tokens, lets them expire, and answers what it is told to."""

import json
import threading
import time
from base64 import b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

IDENTIFIANT, SECRET = "ase", "secret-de-test"


class Service(ThreadingHTTPServer):
    """`statuts`: what it answers in turn, then 200; `connus`: the pairs (INE, birth date) that it knows, or None: all.

    `lenteur`: seconds before an answer. `questions`: what it was asked, once the token was accepted.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Reponse)
        self.statuts: list[int] = []
        self.entetes: dict[str, str] = {}
        self.connus: set[tuple[str, str]] | None = None
        self.lenteur = 0.0
        self.duree_du_jeton = 3600
        self.jeton_refuse = False
        self.jetons: list[str] = []
        self.revoques: set[str] = set()
        self.questions: list[dict[str, str]] = []
        self.connexions = 0
        self.pendant = lambda: None

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Reponse(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def setup(self) -> None:
        super().setup()
        self.server.connexions += 1

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers["Content-Length"]))
        self._jeton(corps) if self.path == "/jeton" else self._verification(corps)

    def _jeton(self, corps: bytes) -> None:
        attendu = "Basic " + b64encode(f"{IDENTIFIANT}:{SECRET}".encode()).decode()
        demande = parse_qs(corps.decode())
        if self.headers["Authorization"] != attendu or demande["grant_type"] != ["client_credentials"]:
            return self._repondre(401, {"error": "invalid_client"})
        if self.server.jeton_refuse:
            return self._repondre(400, {"error": "unauthorized_client"})
        jeton = f"jeton-{len(self.server.jetons)}"
        self.server.jetons.append(jeton)
        return self._repondre(
            200,
            {"access_token": jeton, "token_type": "Bearer", "expires_in": self.server.duree_du_jeton},
        )

    def _verification(self, corps: bytes) -> None:
        service = self.server
        valides = set(service.jetons[-1:]) - service.revoques
        if self.headers["Authorization"] not in {f"Bearer {jeton}" for jeton in valides}:
            return self._repondre(401, {})
        question = json.loads(corps)
        service.questions.append(question)
        service.pendant()
        time.sleep(service.lenteur)
        paire = (question["ine"], question["dateNaissance"])
        connu = service.connus is None or paire in service.connus
        statut = service.statuts.pop(0) if service.statuts else 200 if connu else 404
        return self._repondre(statut, {})

    def _repondre(self, statut: int, objet: dict) -> None:
        corps = json.dumps(objet).encode()
        self.send_response(statut)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(corps)))
        for nom, valeur in self.server.entetes.items():
            self.send_header(nom, valeur)
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def en_service():
    with Service() as service:
        fil = threading.Thread(target=service.serve_forever, args=(0.02,), daemon=True)
        fil.start()
        yield service
        service.shutdown()
        fil.join()
