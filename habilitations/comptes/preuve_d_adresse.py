"""Proving, by a link, that an address told by ProConnect is the person's.

The link opens nothing by itself: it works in the browser where the person came from ProConnect, which remembers who
they said they were. Whoever receives it without having asked cannot give their account away by following it.
"""

import time
from dataclasses import asdict
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from habilitations.comptes.ouverture_de_compte import LienPerime
from habilitations.comptes.proconnect import Agent
from habilitations.courriels.boite import ecrire

SEL = "habilitations.preuve_d_adresse"
DUREE = 3600  # seconds
CLE = "adresse_a_prouver"  # in the session


def demander(request: HttpRequest, agent: Agent) -> None:
    """Remember the person in this browser, and send the link."""
    secret = token_urlsafe(24)
    request.session[CLE] = {"agent": asdict(agent), "secret": secret, "depuis": time.time()}
    jeton = signing.dumps([agent.courriel, secret], salt=SEL)
    ecrire(
        genre="adresse_a_prouver",
        destinataire=agent.courriel,
        cle=f"adresse_a_prouver:{sha256(secret.encode()).hexdigest()}",
        contexte={"lien": settings.ADRESSE_PUBLIQUE + reverse("proconnect-adresse-prouver", args=[jeton])},
    )


def attendue(request: HttpRequest) -> str:
    """The address to which the link went; empty when this browser waits for none."""
    agent = _agent(request)
    return agent.courriel if agent is not None else ""


def lire(request: HttpRequest, jeton: str) -> Agent:
    """Who ProConnect said is there, their address proved. Raises LienPerime: also in another browser."""
    agent = _agent(request)
    try:
        courriel, secret = signing.loads(jeton, salt=SEL, max_age=DUREE)
    except signing.BadSignature:
        raise LienPerime from None
    if agent is None or (courriel, secret) != (agent.courriel, request.session[CLE]["secret"]):
        raise LienPerime
    return agent


def oublier(request: HttpRequest) -> None:
    request.session.pop(CLE, None)


def _agent(request: HttpRequest) -> Agent | None:
    faits = request.session.get(CLE)
    if faits is None or time.time() > faits["depuis"] + DUREE:
        return None
    return Agent(**faits["agent"])
