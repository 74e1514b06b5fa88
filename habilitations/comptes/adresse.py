"""The caller's IP address, as far as our own proxies can tell it."""

from functools import lru_cache
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def adresse_appelant(request: HttpRequest) -> str | None:
    """The caller's IP address, as the last proxy that we trust saw it; None when it cannot be told.

    Each trusted proxy appends one address to `X-Forwarded-For`; what stands before them was written by the caller.
    """
    return adresse_vue(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def adresse_vue(prise: str, transmises: str) -> str | None:
    """The same, from the socket's address and the `X-Forwarded-For` header (empty when absent)."""
    if settings.PROXYS_DE_CONFIANCE:
        suite = transmises.split(",")
        prise = suite[-settings.PROXYS_DE_CONFIANCE] if len(suite) >= settings.PROXYS_DE_CONFIANCE else ""
    return _adresse(prise)


@lru_cache(maxsize=4096)
def _adresse(brute: str) -> str | None:
    # An interface's name (fe80::1%eth0) means nothing beyond this machine, nor to PostgreSQL.
    brute, _, _ = brute.strip().partition("%")
    try:
        adresse = ip_address(brute)
    except ValueError:
        return None
    # A socket open to both families shows IPv4 callers as ::ffff:192.0.2.1; lists are written in IPv4.
    return str(getattr(adresse, "ipv4_mapped", None) or adresse)
