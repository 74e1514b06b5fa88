"""Where a webhook may lead: an address on the open Internet, over TLS, and never a machine of ours or of our host.

The address typed is checked when it is typed; the machines that its name leads to, each time that one is called, on the
very addresses that are then connected to: a name that changes between check and call changes nothing.
"""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from referentiel.caracteres import sans_controle

LONGUEUR = 500
PORTS = (443, 8443)

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Ways of writing an IPv4 address, or of reaching one, inside an IPv6 one: NAT64 (RFC 6052, 8215), 6to4, Teredo,
#: IPv4-compatible. Former site-local addresses, and the relays of 6to4. What Python calls global, and is not
#: somebody's own machine.
_DETOURS = tuple(
    map(
        ipaddress.ip_network,
        (
            *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10"),
            *("192.88.99.0/24", "192.0.0.0/24"),
        ),
    )
)
_NOM = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


class DestinationRefusee(ValueError):
    """The message is in French, for whoever typed the address."""


class Destination(NamedTuple):
    """`hote`: a name, in ASCII; an IP address only on the loopback, where it is allowed."""

    schema: str
    hote: str
    port: int
    chemin: str  # with the query

    def __str__(self) -> str:
        hote = f"[{self.hote}]" if ":" in self.hote else self.hote
        defaut = {"https": 443, "http": 80}[self.schema]
        port = "" if self.port == defaut else f":{self.port}"
        return f"{self.schema}://{hote}{port}{self.chemin}"


def lire(brute: str) -> Destination:
    """The destination that an address names, in its one form. Raises DestinationRefusee."""
    texte = brute.strip()
    if not texte or len(texte) > LONGUEUR or texte != sans_controle(texte) or re.search(r"\s|\\", texte):
        raise DestinationRefusee("Cette adresse ne se lit pas : copiez-la en entier, sans espace.")
    try:
        morceaux = urlsplit(texte)
        port = morceaux.port
        hote = (morceaux.hostname or "").rstrip(".").encode("idna").decode().lower()
    except (ValueError, UnicodeError):
        raise DestinationRefusee("Cette adresse ne se lit pas.") from None
    if morceaux.username is not None or morceaux.password is not None:
        raise DestinationRefusee(
            "Un identifiant ne se met pas dans l'adresse : la signature prouve que l'appel vient de nous."
        )
    if morceaux.fragment:
        raise DestinationRefusee("Cette adresse porte un « # » : retirez-le, et ce qui suit.")
    chemin = (morceaux.path or "/") + (f"?{morceaux.query}" if morceaux.query else "")
    if not chemin.isascii():
        raise DestinationRefusee(
            "Le chemin de cette adresse porte un accent : écrivez-le sous sa forme %C3%A9."
        )
    if boucle_admise() and _est_la_boucle(hote):
        schema = morceaux.scheme.lower()
        if schema not in {"http", "https"}:
            raise DestinationRefusee("L'adresse commence par https://.")
        return Destination(schema, hote, port or (443 if schema == "https" else 80), chemin)
    if morceaux.scheme.lower() != "https":
        raise DestinationRefusee("L'adresse commence par https:// : rien n'est envoyé sans chiffrement.")
    if _est_une_ip(hote) or not _NOM.fullmatch(hote):
        raise DestinationRefusee("L'adresse désigne un nom de domaine public, comme www.exemple.fr.")
    if (port or 443) not in PORTS:
        raise DestinationRefusee(f"Seuls les ports {' et '.join(map(str, PORTS))} sont appelés.")
    return Destination("https", hote, port or 443, chemin)


def joignable(ip: Ip) -> bool:
    """Whether a machine may be called at this address."""
    if boucle_admise() and ip.is_loopback:
        return True
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped is not None or ip.scope_id is not None):
        return False
    if any(ip in detour for detour in _DETOURS if detour.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


def boucle_admise() -> bool:
    """Whether this very machine may be called: for the demonstration and the tests."""
    return bool(settings.WEBHOOKS_BOUCLE) and not settings.PRODUCTION


def _est_une_ip(hote: str) -> bool:
    try:
        ipaddress.ip_address(hote)
    except ValueError:
        return False
    return True


def _est_la_boucle(hote: str) -> bool:
    return _est_une_ip(hote) and ipaddress.ip_address(hote).is_loopback
