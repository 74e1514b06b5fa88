"""What is measured: each service by its public address, as its users reach it, and never from within its process.

The doors that ask for a token are given one that was never issued: to refuse it, they must look for it.
"""

import secrets
from collections.abc import Callable
from typing import NamedTuple

import httpx
from django.conf import settings

from habilitations.jetons.emission import tirer
from habilitations.models import Jeton
from statut_etudiant.disponibilite.models import Etat

#: Seconds. A caller that waits longer has given up.
DELAI = 10


class Service(NamedTuple):
    """`juger`: the state that an answer tells. `entetes`: what the call carries."""

    nom: str
    libelle: str
    chemin: str
    juger: Callable[[httpx.Response], Etat]
    entetes: Callable[[], dict[str, str]] = dict


class Mesure(NamedTuple):
    sonde: str
    etat: Etat


def _repond(reponse: httpx.Response) -> Etat:
    return Etat.OK if reponse.status_code == 200 else Etat.PANNE


def _ping(reponse: httpx.Response) -> Etat:
    """The API's own pings (contract §2): the page cannot say other than they do."""
    try:
        return {"ok": Etat.OK, "maintenance": Etat.MAINTENANCE}[reponse.json()["status"]]
    except (ValueError, LookupError, TypeError):
        return Etat.PANNE


def _refuse(reponse: httpx.Response) -> Etat:
    """A door that knows its tokens refuses ours; closed, it says why."""
    if reponse.status_code == 401:
        return Etat.OK
    ferme = reponse.status_code == 503 and "maintenance" in reponse.text.casefold()
    return Etat.MAINTENANCE if ferme else Etat.PANNE


def _cle_inconnue() -> dict[str, str]:
    return {"X-Api-Key": tirer(Jeton.Type.ECRITURE.value)}


def _acces_inconnu() -> dict[str, str]:
    return {"Authorization": f"Bearer {secrets.token_urlsafe(32)}"}


#: The SIRET of the DINUM, for the door that wants one before it looks at the token.
_SIRET = "13002526500013"
FRANCECONNECT = "franceconnect"
SONDES = {
    service.nom: service
    for service in (
        Service("lecture_ine", "Lecture par INE", "/api/mesri_statut_etudiant_ine/ping", _ping),
        Service(
            "lecture_identite", "Lecture par identité", "/api/mesri_statut_etudiant_identite/ping", _ping
        ),
        Service(
            FRANCECONNECT,
            "Lecture par FranceConnect",
            f"/v3/mesri/statut_etudiant/france_connect?recipient={_SIRET}",
            _refuse,
            _acces_inconnu,
        ),
        Service("ecriture", "Écriture", "/api/inscriptions", _refuse, _cle_inconnue),
        Service("api", "Porte de l'API", "/api/ping", _repond),
        Service("portail", "Site", "/", _repond),
    )
}


def services() -> dict[str, Service]:
    """Those that this installation has: FranceConnect is one that some are not connected to."""
    return {nom: un for nom, un in SONDES.items() if nom != FRANCECONNECT or settings.FRANCECONNECT_URL}


def mesurer() -> list[Mesure]:
    """Ask each service once, one after the other."""
    with httpx.Client(base_url=settings.SONDES_ADRESSE, timeout=DELAI, trust_env=False) as client:
        return [Mesure(service.nom, _mesurer(client, service)) for service in services().values()]


def _mesurer(client: httpx.Client, service: Service) -> Etat:
    try:
        return service.juger(client.get(service.chemin, headers=service.entetes()))
    except (httpx.HTTPError, httpx.InvalidURL):
        return Etat.PANNE
