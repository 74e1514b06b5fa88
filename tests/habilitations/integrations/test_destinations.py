"""Where a webhook may lead. Every expected value is from the requirement: public Internet, TLS, two ports."""

import ipaddress
from typing import Any

import pytest

from habilitations.integrateurs.destinations import DestinationRefusee, joignable, lire
from habilitations.verifications import verifier_les_webhooks

PRIVEES = [
    "127.0.0.1", "127.8.9.1", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "ff0e::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::",
    "2001:0:4136:e378::1", "fec0::1",
]  # fmt: skip


@pytest.mark.parametrize("adresse", PRIVEES)
def test_no_machine_that_is_not_on_the_public_internet_is_called(adresse: str) -> None:
    assert not joignable(ipaddress.ip_address(adresse))


@pytest.mark.parametrize(
    "adresse", ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2a00:1450:4007::1"]
)
def test_a_public_machine_is(adresse: str) -> None:
    assert joignable(ipaddress.ip_address(adresse))


@pytest.mark.parametrize(
    ("brute", "lue"),
    [
        ("https://hooks.ville.fr/ase", "https://hooks.ville.fr/ase"),
        ("  HTTPS://Hooks.Ville.FR:443/ase?cle=1 ", "https://hooks.ville.fr/ase?cle=1"),
        ("https://hooks.ville.fr:8443", "https://hooks.ville.fr:8443/"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://hooks.ville.fr./ase", "https://hooks.ville.fr/ase"),
    ],
)
def test_an_address_is_kept_in_its_one_form(brute: str, lue: str) -> None:
    assert str(lire(brute)) == lue
    assert str(lire(lue)) == lue


@pytest.mark.parametrize(
    ("brute", "dit"),
    [
        ("", "ne se lit pas"),
        ("http://hooks.ville.fr/ase", "https://"),
        ("ftp://hooks.ville.fr/", "https://"),
        ("hooks.ville.fr/ase", "https://"),
        ("https://moi:secret@hooks.ville.fr/", "identifiant"),
        ("https://hooks.ville.fr/#ici", "#"),
        ("https://hooks.ville.fr:80/", "443 et 8443"),
        ("https://hooks.ville.fr:22/", "443 et 8443"),
        ("https://hooks.ville.fr:99999/", "ne se lit pas"),
        ("https://127.0.0.1/", "nom de domaine public"),
        ("https://8.8.8.8/", "nom de domaine public"),
        ("https://[::1]/", "nom de domaine public"),
        ("https://2130706433/", "nom de domaine public"),
        ("https://0x7f.1/", "nom de domaine public"),
        ("https://localhost/", "nom de domaine public"),
        ("https://serveur/", "nom de domaine public"),
        ("https://hooks.ville.fr/a b", "ne se lit pas"),
        ("https://hooks.ville.fr/a\r\nHost: autre", "ne se lit pas"),
        ("https://hooks.ville.fr\\@autre.fr/", "ne se lit pas"),
        ("https://hooks.ville.fr/é", "accent"),
        ("https://hooks.ville.fr/" + "a" * 500, "ne se lit pas"),
        ("https://[::1", "ne se lit pas"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_with_its_reason(brute: str, dit: str) -> None:
    with pytest.raises(DestinationRefusee, match=dit):
        lire(brute)


def test_the_loopback_is_for_the_demonstration_and_the_tests(settings: Any) -> None:
    settings.WEBHOOKS_BOUCLE = True
    assert str(lire("http://127.0.0.1:9201/x")) == "http://127.0.0.1:9201/x"
    assert joignable(ipaddress.ip_address("127.0.0.1"))
    # It opens nothing else.
    for adresse in PRIVEES:
        if not ipaddress.ip_address(adresse).is_loopback:
            assert not joignable(ipaddress.ip_address(adresse)), adresse
    for brute in ("http://hooks.ville.fr/", "https://10.0.0.1/", "http://192.168.0.1/"):
        with pytest.raises(DestinationRefusee):
            lire(brute)


def test_production_refuses_the_loopback_at_its_start_and_at_each_call(settings: Any) -> None:
    assert verifier_les_webhooks() == []
    settings.PRODUCTION, settings.WEBHOOKS_BOUCLE = True, True
    (erreur,) = verifier_les_webhooks()
    assert (erreur.id, erreur.is_serious()) == ("habilitations.E002", True)
    assert not joignable(ipaddress.ip_address("127.0.0.1"))
    with pytest.raises(DestinationRefusee):
        lire("http://127.0.0.1:9201/x")
