"""The pings (contract §2)."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from referentiel.enonces_prepares import executer
from statut_etudiant import maintenance
from statut_etudiant.api.reponse import repondre
from statut_etudiant.api.vues import PUBLIC, VueDirecte

PINGS = ("mesri_statut_etudiant_ine", "mesri_statut_etudiant_identite")


#: When this process last found the referential well, by ping.
_dernier_ok: dict[str, str] = {}


class Ping(VueDirecte):
    """Le service répond."""

    acces = PUBLIC
    surveillance = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return repondre(200, "pong")


class PingFournisseur(VueDirecte):
    """L'état du référentiel pour un mode d'appel : une requête minimale lui est faite."""

    acces = PUBLIC
    surveillance = True
    cible = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        etat = _etat()
        maintenant = datetime.now(UTC).isoformat(timespec="seconds")
        if etat == "ok":
            _dernier_ok[self.cible] = maintenant
        corps = {"status": etat, "last_update": maintenant}
        if self.cible in _dernier_ok:
            corps["last_ok_status"] = _dernier_ok[self.cible]
        return repondre(502 if etat == "bad_gateway" else 200, corps)


class Pings(VueDirecte):
    """La liste des adresses de surveillance."""

    acces = PUBLIC
    surveillance = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return repondre(
            200, [{"name": nom, "url": f"{settings.ADRESSE_PUBLIQUE}/api/{nom}/ping"} for nom in PINGS]
        )


def _etat() -> str:
    if maintenance.attente() is not None:
        return "maintenance"
    return "ok" if _referentiel_repond() else "bad_gateway"


def _referentiel_repond() -> bool:
    try:
        executer("SELECT FROM referentiel_etudiant LIMIT 1", ())
    except DatabaseError:
        return False
    return True
