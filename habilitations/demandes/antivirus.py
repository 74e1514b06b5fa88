"""Scan of the documents by ClamAV, when there is one: the INSTREAM command of its daemon.

Without `CLAMAV_HOST` nothing is scanned: documents pass, and whoever opens one is told so.
"""

import socket
import struct

from django.conf import settings

DELAI = 30.0  # seconds, for each exchange with the daemon
MORCEAU = 64 * 1024


class AntivirusInjoignable(Exception):
    """No verdict: to be asked again later."""


def en_service() -> bool:
    return bool(settings.CLAMAV_HOST)


def est_sain(contenu: bytes) -> bool:
    """Whether the scanner, which is in service, finds nothing. Raises AntivirusInjoignable when it does not say."""
    try:
        verdict = _demander(contenu)
    except OSError as erreur:
        raise AntivirusInjoignable(type(erreur).__name__) from None
    if verdict == "stream: OK":
        return True
    if verdict.startswith("stream: ") and verdict.endswith(" FOUND"):
        return False
    raise AntivirusInjoignable("réponse inattendue")


def _demander(contenu: bytes) -> str:
    adresse = (settings.CLAMAV_HOST, settings.CLAMAV_PORT)
    with socket.create_connection(adresse, timeout=DELAI) as connexion:
        connexion.sendall(b"zINSTREAM\0")
        for debut in range(0, len(contenu), MORCEAU):
            morceau = contenu[debut : debut + MORCEAU]
            connexion.sendall(struct.pack("!I", len(morceau)) + morceau)
        connexion.sendall(struct.pack("!I", 0))
        response = b""
        while recu := connexion.recv(4096):
            response += recu
    return response.rstrip(b"\0\n").decode("ascii", "replace")
