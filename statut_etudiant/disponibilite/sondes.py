"""What is measured: each service by its public address, as its users reach it, and never from within its process."""

from collections.abc import Callable
from typing import NamedTuple

import httpx
from django.conf import settings

from statut_etudiant.disponibilite.models import Etat

#: Seconds. A caller that waits longer has given up.
DELAI = 10


class Service(NamedTuple):
    """`juger`: the state that an answer tells."""

    nom: str
    libelle: str
    chemin: str
    juger: Callable[[httpx.Response], Etat]


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


SONDES = {
    service.nom: service
    for service in (
        Service("lecture_ine", "Lecture par INE", "/api/mesri_statut_etudiant_ine/ping", _ping),
        Service(
            "lecture_identite", "Lecture par identité", "/api/mesri_statut_etudiant_identite/ping", _ping
        ),
        Service("api", "Porte de l'API", "/api/ping", _repond),
        Service("portail", "Site", "/", _repond),
    )
}


def mesurer() -> list[Mesure]:
    """Ask each service once, one after the other."""
    with httpx.Client(base_url=settings.SONDES_ADRESSE, timeout=DELAI, trust_env=False) as client:
        return [Mesure(service.nom, _mesurer(client, service)) for service in SONDES.values()]


def _mesurer(client: httpx.Client, service: Service) -> Etat:
    try:
        return service.juger(client.get(service.chemin))
    except (httpx.HTTPError, httpx.InvalidURL):
        return Etat.PANNE
