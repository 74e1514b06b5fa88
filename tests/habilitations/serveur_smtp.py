"""A mail server on the loopback, which answers as a test tells it to: Django's own SMTP client speaks to it."""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: What the server answers to a command of a mail to this recipient; None: it cuts the line. Unlisted: it accepts.
Reponse = Callable[[str, str], str | None]


def accepter(commande: str, destinataire: str) -> str | None:
    return {"DATA": "354 go on", "FIN": "250 2.0.0 taken"}.get(commande, "250 2.1.0 ok")


@dataclass
class ServeurSmtp:
    port: int = 0
    repondre: Reponse = accepter
    #: (recipient, whole message) of those taken.
    pris: list[tuple[str, str]] = field(default_factory=list)
    connexions: int = 0
    #: Recipients asked about, in order, taken or not.
    demandes: list[str] = field(default_factory=list)

    @property
    def destinataires(self) -> list[str]:
        return [destinataire for destinataire, _ in self.pris]


@contextmanager
def demarrer() -> Iterator[ServeurSmtp]:
    serveur = ServeurSmtp()

    class Dialogue(socketserver.StreamRequestHandler):
        def dire(self, texte: str | None) -> bool:
            if texte is not None:
                self.wfile.write(f"{texte}\r\n".encode())
            return texte is not None

        def handle(self) -> None:
            serveur.connexions += 1
            self.dire("220 essai")
            destinataire = ""
            while ligne := self.rfile.readline():
                texte = ligne.decode("utf-8", "replace").strip()
                verbe = texte.partition(" ")[0].upper()
                if verbe == "QUIT":
                    self.dire("221 bye")
                    return
                if verbe in {"EHLO", "HELO", "RSET", "MAIL"}:
                    self.dire("250 ok")
                    continue
                if verbe == "RCPT":
                    destinataire = re.search(r"<(.*)>", texte)[1]
                    serveur.demandes.append(destinataire)
                reponse = serveur.repondre(verbe, destinataire)
                if not self.dire(reponse):
                    return
                if verbe == "DATA" and reponse and reponse.startswith("354"):
                    corps = []
                    while (ligne := self.rfile.readline()) not in (b".\r\n", b""):
                        corps.append(ligne.decode())
                    reponse = serveur.repondre("FIN", destinataire)
                    if not self.dire(reponse):
                        return
                    if reponse and reponse.startswith("250"):
                        serveur.pris.append((destinataire, "".join(corps)))

    class Ecoute(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Ecoute(("127.0.0.1", 0), Dialogue) as ecoute:
        serveur.port = ecoute.server_address[1]
        fil = threading.Thread(target=ecoute.serve_forever, kwargs={"poll_interval": 0.05})
        fil.start()
        try:
            yield serveur
        finally:
            ecoute.shutdown()
            fil.join()
