"""The networks from which a token, or a delegation, may be used."""

from collections.abc import Iterable
from ipaddress import ip_network

ADRESSES_MAXIMALES = 50


class ReseauxRefuses(ValueError):
    """The message is in French, for the person who tried."""


def lire_reseaux(adresses: Iterable[str]) -> list[str]:
    """Addresses and networks as people write them, in their one form. Raises ReseauxRefuses."""
    reseaux = set()
    for adresse in adresses:
        try:
            reseaux.add(str(ip_network(adresse.strip())))
        except ValueError:
            raise ReseauxRefuses(
                f"« {adresse[:60]} » n'est ni une adresse IP ni un réseau (par exemple 192.0.2.7 ou 192.0.2.0/24)."
            ) from None
    if len(reseaux) > ADRESSES_MAXIMALES:
        raise ReseauxRefuses(f"{ADRESSES_MAXIMALES} adresses au plus : regroupez-les en réseaux.")
    return sorted(reseaux)
