"""One call of a webhook: whatever is at the other end, it takes ten seconds at most and says in a word how it went.

The name is resolved here and the connection made to one of the addresses that were checked; TLS and the Host header
keep the name. Nothing is followed, no proxy is used, no more of the answer is read than its first bytes.
"""

import asyncio
import ipaddress
import logging
import ssl
import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import dns.asyncresolver
import dns.exception
import httpcore
import httpx

from habilitations.integrateurs.destinations import Destination, Ip, joignable
from habilitations.models import Tentative

journal = logging.getLogger(__name__)

DELAI = 10.0  # seconds, for all of it
DELAI_DNS = 5.0
DELAI_CONNEXION = 5.0
#: What is read of an answer's body: its content changes nothing.
LU = 4096

Echec = Tentative.Echec


class Resultat(NamedTuple):
    echec: Tentative.Echec
    statut: int | None
    duree_ms: int


class _Refus(Exception):
    def __init__(self, echec: Tentative.Echec) -> None:
        self.echec = echec


async def appeler(destination: Destination, *, entetes: Mapping[str, str], corps: bytes) -> Resultat:
    debut = time.monotonic()
    statut = None
    try:
        async with asyncio.timeout(DELAI):
            statut = await _poster(destination, entetes, corps)
        echec = _juger(statut)
    except _Refus as refus:
        echec = refus.echec
    except (TimeoutError, httpcore.TimeoutException):
        echec = Echec.DELAI
    except httpcore.ConnectError as erreur:
        echec = Echec.TLS if _est_du_tls(erreur) else Echec.CONNEXION
    except (httpcore.NetworkError, OSError):
        echec = Echec.CONNEXION
    except (httpcore.ProtocolError, ValueError):
        echec = Echec.REPONSE
    except Exception:  # noqa: BLE001 (told by the journal)
        # Whatever a receiver has our libraries raise is that receiver's failure: the round goes on for the others.
        journal.exception("appel de webhook en anomalie")
        echec = Echec.REPONSE
    return Resultat(echec, statut, round((time.monotonic() - debut) * 1000))


def _juger(statut: int) -> Tentative.Echec:
    if 200 <= statut < 300:
        return Echec.AUCUN
    return Echec.REDIRECTION if 300 <= statut < 400 else Echec.STATUT


async def _poster(destination: Destination, entetes: Mapping[str, str], corps: bytes) -> int:
    async with httpcore.AsyncConnectionPool(
        ssl_context=contexte_tls(), max_connections=1, max_keepalive_connections=0, network_backend=_Reseau()
    ) as connexion:
        reponse = await connexion.handle_async_request(
            httpcore.Request(
                "POST",
                httpcore.URL(
                    scheme=destination.schema.encode(),
                    host=destination.hote.encode(),
                    port=destination.port,
                    target=destination.chemin.encode(),
                ),
                headers=[
                    ("Host", str(destination).split("/")[2]),
                    ("Content-Length", str(len(corps))),
                    ("Connection", "close"),
                    *entetes.items(),
                ],
                content=corps,
                extensions={
                    "timeout": {"connect": DELAI_CONNEXION, "read": DELAI, "write": DELAI, "pool": DELAI}
                },
            )
        )
        try:
            lu = 0
            async for morceau in reponse.aiter_stream():
                lu += len(morceau)
                if lu >= LU:
                    break
        finally:
            await reponse.aclose()
        return reponse.status


class _Reseau(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that a name leads to, all of which must be allowed, and to nothing else."""

    def __init__(self) -> None:
        self._reel = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        adresses = await _adresses(host)
        if not all(map(joignable, adresses)):
            raise _Refus(Echec.ADRESSE)
        erreur: Exception = httpcore.ConnectError()
        for adresse in adresses:
            try:
                return await self._reel.connect_tcp(
                    str(adresse), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as une:
                erreur = une
        raise erreur


async def _adresses(hote: str) -> list[Ip]:
    try:
        return [ipaddress.ip_address(hote)]
    except ValueError:
        pass
    adresses = [ipaddress.ip_address(une) for une in await resoudre(hote)]
    if not adresses:
        raise _Refus(Echec.NOM)
    return adresses


async def resoudre(nom: str) -> list[str]:
    """Every address of this name, IPv4 and IPv6. Raises _Refus."""
    try:
        async with asyncio.timeout(DELAI_DNS):
            reponses = await dns.asyncresolver.Resolver().resolve_name(nom, lifetime=DELAI_DNS, search=False)
    except (dns.exception.DNSException, TimeoutError, OSError):
        raise _Refus(Echec.NOM) from None
    return list(reponses.addresses())


@cache
def contexte_tls() -> ssl.SSLContext:
    """The public authorities, whatever the machine has of its own."""
    contexte = httpx.create_ssl_context(trust_env=False)
    contexte.minimum_version = ssl.TLSVersion.TLSv1_2
    return contexte


def _est_du_tls(erreur: BaseException | None) -> bool:
    while erreur is not None:
        if isinstance(erreur, ssl.SSLError):
            return True
        erreur = erreur.__cause__ or erreur.__context__
    return False
