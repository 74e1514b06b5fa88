"""The TLS certificate of the public address, as callers are given it."""

import socket
import ssl
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.x509 import load_der_x509_certificate

DELAI = 10  # seconds


def fin(adresse: str) -> datetime | None:
    """Until when it is good; None when the address has none, or does not answer (the measures say so)."""
    morceaux = urlsplit(adresse)
    if morceaux.scheme != "https" or morceaux.hostname is None:
        return None
    # Not checked: an expired one must be read too, and nothing is told to whoever answers.
    contexte = ssl.create_default_context()
    contexte.check_hostname = False
    contexte.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((morceaux.hostname, morceaux.port or 443), timeout=DELAI) as prise,
            contexte.wrap_socket(prise, server_hostname=morceaux.hostname) as tls,
        ):
            octets = tls.getpeercert(binary_form=True)
    except OSError:
        return None
    return load_der_x509_certificate(octets).not_valid_after_utc if octets else None
