"""The certificate that the public address shows, read from a real TLS server, expired or not."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from statut_etudiant.disponibilite import certificat, tasks
from statut_etudiant.disponibilite.models import SigneDeVie


@contextmanager
def serveur_tls(dossier, fin):
    cle = ec.generate_private_key(ec.SECP256R1())
    nom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    acte = (
        x509.CertificateBuilder()
        .subject_name(nom)
        .issuer_name(nom)
        .public_key(cle.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(fin)
        .sign(cle, hashes.SHA256())
    )
    fichier = dossier / "serveur.pem"
    privee = cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fichier.write_bytes(privee + acte.public_bytes(Encoding.PEM))
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(fichier)
    with socket.create_server(("127.0.0.1", 0)) as prise:

        def servir():
            client, _ = prise.accept()
            with contexte.wrap_socket(client, server_side=True) as tls:
                tls.recv(1)

        fil = threading.Thread(target=servir)
        fil.start()
        yield f"https://127.0.0.1:{prise.getsockname()[1]}"
        fil.join(10)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fin", [datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC), datetime(2021, 5, 4, 3, 2, 1, tzinfo=UTC)]
)
def test_the_end_of_a_certificate_is_noted_even_past(fin, tmp_path, settings):
    with serveur_tls(tmp_path, fin) as adresse:
        settings.SONDES_ADRESSE = adresse
        tasks.relever_le_certificat()
    assert SigneDeVie.objects.get(nom="certificat").vu_le == fin


@pytest.mark.parametrize("adresse", ["http://127.0.0.1:9", "https://127.0.0.1:9", ""])
def test_an_address_without_certificate_or_without_answer_has_no_end(adresse):
    assert certificat.fin(adresse) is None
