"""Django behind the loop, as the real server gives it: bodies, query strings and methods arrive as they were sent."""

import contextlib
import json
import socket

import pytest

from tests import fabriques
from tests.api.lecture.appels import INE, V2, par_ine
from tests.serveur_web import ServeurWeb

pytestmark = [pytest.mark.service, pytest.mark.usefixtures("donnees_validees")]


@pytest.fixture
def web(tmp_path):
    with ServeurWeb(processus=1, journal=tmp_path / "web.log") as serveur:
        yield serveur


def envoyer(web, methode, chemin, corps=None, entetes=None):
    with contextlib.closing(web.connexion()) as connexion:
        connexion.request(methode, chemin, corps, entetes or {})
        reponse = connexion.getresponse()
        return reponse, reponse.read()


def brut(web, octets: bytes, *, partir: bool = False) -> bytes:
    """What the server answers to these bytes, sent as they are; `partir`: the caller goes away when they are sent."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=30) as prise:
        prise.sendall(octets)
        if partir:
            return b""
        recu = b""
        while morceau := prise.recv(65536):
            recu += morceau
        return recu


def test_django_behind_the_loop_takes_bodies_whole_chunked_too_large_or_cut_short(web):
    etudiant, ecriture = fabriques.inscrit(), fabriques.jeton(ecriture=True)
    enregistrement = {
        "ine": etudiant.ine, "dateNaissance": "2004-03-27", "uai": ecriture.jeton.uais[0],
        "dateDebutInscription": "2026-09-01", "dateFinInscription": "2027-08-31", "statut": "inscrit",
    }  # fmt: skip
    entetes = ecriture.cle | {"Content-Type": "application/json"}
    corps = json.dumps(enregistrement).encode()
    entier = envoyer(web, "POST", "/api/inscription", corps, entetes)
    assert (entier[0].status, json.loads(entier[1]).get("uid")) != (500, None)
    assert entier[0].status in (200, 404)

    # By chunks, as several HTTP libraries send by default: read to the end.
    morceaux = envoyer(web, "POST", "/api/inscription", iter([corps[:40], corps[40:]]), entetes)
    assert morceaux[0].status == entier[0].status

    # Larger than what is taken: told so, and the connection goes on.
    gros = envoyer(web, "POST", "/api/inscription", b'{"ine": "' + b"A" * 300_000 + b'"}', entetes)
    assert gros[0].status == 413

    # Cut short: refused, and not taken for whole.
    cle = ecriture.cle["X-Api-Key"]
    tete = f"POST /api/inscriptions HTTP/1.1\r\nHost: x\r\nX-Api-Key: {cle}\r\nContent-Type: application/json\r\n"
    brut(web, tete.encode() + b"Content-Length: 5000\r\n\r\n[{}, ", partir=True)
    assert envoyer(web, "GET", "/api/ping")[0].status == 200


def test_pings_answer_to_head_and_the_reading_endpoints_do_not(web):
    reponse, corps = envoyer(web, "HEAD", "/api/ping")
    assert (reponse.status, corps, reponse.headers["Content-Length"]) == (200, b"", "6")
    reponse, corps = envoyer(web, "HEAD", INE)
    assert (reponse.status, reponse.headers["Allow"]) == (405, "GET")


def test_the_bytes_of_a_query_arrive_as_they_are(web):
    """Some clients send UTF-8 or Latin-1 without escaping it."""
    for valeur in ("Éléonore".encode(), "Éléonore".encode("latin-1"), b"%C3%89l", b"%zz"):
        for chemin in (V2.encode(), b"/api/etablissements"):
            recu = brut(
                web, b"GET " + chemin + b"?q=" + valeur + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            )
            # The server itself may refuse what HTTP does not allow; nobody answers 500.
            assert recu[9:12] in (b"200", b"400", b"401"), recu[:200]


def test_a_reading_is_served_by_the_loop_and_a_page_by_django(web):
    etudiant, emis = fabriques.inscrit(), fabriques.jeton()
    requete = "&".join(f"{nom}={valeur}" for nom, valeur in par_ine(etudiant.ine).items())
    for chemin in (INE, f"/{INE}/", f"/api{INE}"):
        reponse, corps = envoyer(web, "GET", f"{chemin}?{requete}", entetes=emis.bearer)
        assert reponse.status == 200, corps
        assert json.loads(corps)["data"]["admissions"]
    reponse, _ = envoyer(web, "GET", "/connexion")
    assert reponse.status == 200
    assert reponse.headers["Content-Type"].startswith("text/html")
