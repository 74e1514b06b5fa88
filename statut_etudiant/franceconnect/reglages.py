"""What the settings say of FranceConnect. Nothing set: its doors say that it is unavailable, its pages do not exist."""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from statut_etudiant.franceconnect.echecs import Injoignable

#: Where FranceConnect's protocol is, under its address.
BASE = "/api/v2"
#: Seconds to wait while FranceConnect is not set.
NON_CONFIGURE = 60


class Reglages(NamedTuple):
    """As data provider. `cles`: the file of our private keys."""

    url: str
    client_id: str
    client_secret: str
    cles: Path

    @property
    def emetteur(self) -> str:
        return self.url + BASE

    def adresse(self, service: str) -> str:
        return f"{self.emetteur}/{service}"


def fournisseur_de_donnees() -> Reglages | None:
    """None when the settings do not say all of it."""
    valeurs = (
        settings.FRANCECONNECT_URL,
        settings.FRANCECONNECT_CLIENT_ID,
        settings.FRANCECONNECT_CLIENT_SECRET,
        settings.FRANCECONNECT_CLES,
    )
    if not all(valeurs):
        return None
    url, client_id, secret, cles = valeurs
    return Reglages(url.rstrip("/"), client_id, secret, Path(cles))


def reglages_exiges() -> Reglages:
    """Raises Injoignable when FranceConnect is not set."""
    reglages = fournisseur_de_donnees()
    if reglages is None:
        raise Injoignable("non configuré", retenter=NON_CONFIGURE)
    return reglages


def fournisseur_de_services() -> bool:
    """Whether citizens can sign in."""
    return bool(
        settings.FRANCECONNECT_URL
        and settings.FRANCECONNECT_FS_CLIENT_ID
        and settings.FRANCECONNECT_FS_CLIENT_SECRET
    )
