"""One call: receivers that answer, fail, hang, drip, cut, redirect, lie about their name; real sockets, a false DNS."""

import asyncio
import datetime
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from habilitations.integrateurs import appel, destinations
from habilitations.integrateurs.appel import Resultat
from habilitations.integrateurs.destinations import Destination, lire
from tests.habilitations.integrations import recepteur as r
from tests.habilitations.integrations.recepteur import Recepteur


def appeler(destination: Destination | str) -> Resultat:
    lue = lire(destination) if isinstance(destination, str) else destination
    return asyncio.run(appel.appeler(lue, entetes={"Content-Type": "application/json"}, corps=b'{"a":1}'))


@pytest.fixture
def fin() -> Iterator[threading.Event]:
    """Lets the receivers that hang go, at the end."""
    evenement = threading.Event()
    yield evenement
    evenement.set()


@pytest.fixture
def court(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limits, ten times shorter."""
    for nom in ("DELAI", "DELAI_DNS", "DELAI_CONNEXION"):
        monkeypatch.setattr(appel, nom, getattr(appel, nom) / 10)


def test_the_limits_are_ten_seconds_in_all_and_four_kilobytes() -> None:
    assert (appel.DELAI, appel.LU) == (10, 4096)


@pytest.mark.parametrize("code", [200, 201, 204, 299])
def test_a_receiver_that_takes_the_call_is_told_so(recepteur: Recepteur, code: int) -> None:
    # Whatever its body says: DataPass's receivers answer the identifier of a token.
    recepteur.repondre = r.statut(code, b'{"token_id": "42"}' if code != 204 else b"")
    resultat = appeler(recepteur.adresse)
    assert (resultat.echec, resultat.statut) == ("", code)
    (recu,) = recepteur.recus
    assert (recu.chemin, recu.corps) == ("/recevoir?de=ase", b'{"a":1}')
    assert recu.entetes["host"] == f"127.0.0.1:{recepteur.port}"


@pytest.mark.parametrize("code", [400, 401, 404, 410, 429, 500, 503])
def test_any_other_answer_is_a_failure_with_its_status(recepteur: Recepteur, code: int) -> None:
    recepteur.repondre = r.statut(code)
    resultat = appeler(recepteur.adresse)
    assert (resultat.echec, resultat.statut) == ("statut", code)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed(recepteur: Recepteur, code: int) -> None:
    with r.ecouter() as ailleurs:
        recepteur.repondre = r.statut(code, Location=ailleurs.adresse)
        resultat = appeler(recepteur.adresse)
        assert (resultat.echec, resultat.statut) == ("redirection", code)
        assert ailleurs.recus == []


@pytest.mark.usefixtures("court")
@pytest.mark.parametrize("comment", ["pend", "goutte"])
def test_a_receiver_that_hangs_or_drips_is_left_at_the_limit(
    recepteur: Recepteur, fin: threading.Event, comment: str
) -> None:
    recepteur.repondre = r.pendre(fin) if comment == "pend" else r.goutter(fin, 0.05)
    debut = time.monotonic()
    resultat = appeler(recepteur.adresse)
    assert (resultat.echec, resultat.statut) == ("delai", None)
    assert time.monotonic() - debut < 2
    assert 900 <= resultat.duree_ms < 2000


@pytest.mark.usefixtures("court")
def test_an_answer_without_end_is_read_no_further_than_its_first_bytes(
    recepteur: Recepteur, fin: threading.Event
) -> None:
    def sans_fin(gestion: Any) -> None:
        gestion.send_response(200)
        gestion.send_header("Content-Length", str(10**9))
        gestion.end_headers()
        gestion.wfile.write(b"x" * 10_000)
        fin.wait(30)
        gestion.close_connection = True

    recepteur.repondre = sans_fin
    assert appeler(recepteur.adresse).echec == ""


def test_a_receiver_that_cuts_or_answers_nonsense_is_a_failure(recepteur: Recepteur) -> None:
    recepteur.repondre = r.couper
    assert appeler(recepteur.adresse).echec in {"connexion", "reponse"}
    recepteur.repondre = lambda gestion: gestion.wfile.write(b"bonjour\r\n\r\n") and None
    assert appeler(recepteur.adresse).echec in {"connexion", "reponse"}


def test_nobody_at_the_port_is_a_failure(recepteur: Recepteur) -> None:
    port = recepteur.port
    recepteur.shutdown()
    recepteur.server_close()
    assert appeler(f"http://127.0.0.1:{port}/").echec == "connexion"


# --- names: what DNS says is false here, the sockets are real

NOM = Destination("https", "hooks.ville.test", 443, "/ase")


@pytest.fixture
def dns(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What each question answers, in turn; the last one for ever."""
    reponses: list[list[str]] = []

    async def resoudre(nom: str) -> list[str]:
        assert nom == NOM.hote
        return reponses.pop(0) if len(reponses) > 1 else reponses[0]

    monkeypatch.setattr(appel, "resoudre", resoudre)
    return reponses


@pytest.fixture
def connexions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses to which a connection was attempted; none is made."""
    tentees: list[str] = []

    async def connecter(self: object, host: str, *args: object, **kwargs: object) -> Any:
        tentees.append(host)
        raise appel.httpcore.ConnectError

    monkeypatch.setattr(appel.httpcore.AnyIOBackend, "connect_tcp", connecter)
    return tentees


@pytest.mark.parametrize(
    "adresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["100.64.1.1"],
        ["::ffff:127.0.0.1"],
        ["fe80::1"],
        # One that is public does not make up for another that is not.
        ["93.184.216.34", "127.0.0.1"],
        ["93.184.216.34", "fd00::1"],
    ],
)
def test_a_name_that_leads_to_a_machine_of_ours_is_not_called(
    dns: list[list[str]], connexions: list[str], adresses: list[str]
) -> None:
    dns.append(adresses)
    assert appeler(NOM).echec == "adresse"
    assert connexions == []


def test_the_address_checked_is_the_address_called(dns: list[list[str]], connexions: list[str]) -> None:
    """A name that answers otherwise the second time: there is no second time."""
    dns += [["93.184.216.34"], ["127.0.0.1"]]
    assert appeler(NOM).echec == "connexion"
    assert connexions == ["93.184.216.34"]
    assert appeler(NOM).echec == "adresse"
    assert connexions == ["93.184.216.34"]


def test_the_other_addresses_of_a_name_are_tried_when_the_first_is_away(
    dns: list[list[str]], connexions: list[str]
) -> None:
    dns.append(["2a00:1450:4007::1", "93.184.216.34"])
    assert appeler(NOM).echec == "connexion"
    assert connexions == ["2a00:1450:4007::1", "93.184.216.34"]


def test_a_name_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.asyncresolver
    import dns.resolver

    async def inconnu(self: object, *args: object, **kwargs: object) -> None:
        raise dns.resolver.NXDOMAIN

    monkeypatch.setattr(dns.asyncresolver.Resolver, "resolve_name", inconnu)
    assert appeler(NOM).echec == "nom"


@pytest.mark.usefixtures("court")
def test_a_name_server_that_hangs_is_left_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.asyncresolver

    async def pendre(self: object, *args: object, **kwargs: object) -> None:
        await asyncio.sleep(30)

    monkeypatch.setattr(dns.asyncresolver.Resolver, "resolve_name", pendre)
    debut = time.monotonic()
    assert appeler(NOM).echec == "nom"
    assert time.monotonic() - debut < 1


# --- TLS


def _certificat(dossier: Path, nom: str) -> Path:
    """A self-signed certificate for this name, with its key, in one file."""
    cle = ec.generate_private_key(ec.SECP256R1())
    sujet = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nom)])
    jour = datetime.datetime.now(datetime.UTC)
    certificat = (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(sujet)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(jour - datetime.timedelta(days=1))
        .not_valid_after(jour + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(nom)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(cle, hashes.SHA256())
    )
    fichier = dossier / f"{nom}.pem"
    fichier.write_bytes(
        cle.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificat.public_bytes(serialization.Encoding.PEM)
    )
    return fichier


@pytest.mark.parametrize(
    ("nom", "connue", "echec"),
    [
        (NOM.hote, True, ""),
        ("autre.ville.test", True, "tls"),  # a certificate of somebody else's
        (NOM.hote, False, "tls"),  # signed by nobody that is known
    ],
)
def test_tls_keeps_the_name_whatever_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dns: list[list[str]], nom: str, connue: bool, echec: str
) -> None:
    fichier = _certificat(tmp_path, nom)
    contexte = ssl.create_default_context(cafile=str(fichier)) if connue else ssl.create_default_context()
    monkeypatch.setattr(appel, "contexte_tls", lambda: contexte)
    # The public address that DNS gives is, for once, this machine.
    monkeypatch.setattr(appel, "joignable", lambda ip: True)
    dns.append(["127.0.0.1"])
    with r.ecouter(fichier) as serveur:
        resultat = appeler(NOM._replace(port=serveur.port))
        assert resultat.echec == echec
        if echec:
            assert serveur.recus == []
        else:
            assert serveur.recus[0].entetes["host"] == f"{NOM.hote}:{serveur.port}"


def test_the_public_authorities_are_asked_and_old_tls_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    contexte = appel.contexte_tls()
    assert contexte.check_hostname
    assert contexte.verify_mode == ssl.CERT_REQUIRED
    assert contexte.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_proxy_of_the_environment_is_not_used(
    recepteur: Recepteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nom in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(nom, "http://127.0.0.1:1")
    assert appeler(recepteur.adresse).echec == ""
    assert destinations.PORTS == (443, 8443)
