"""Paths, methods and headers: JSON always, never a redirect, `Allow` on a wrong method (contract, introduction)."""

import re
from urllib.parse import urlencode

import orjson
import pytest
from django.urls import get_resolver

from referentiel.models import Echange
from statut_etudiant.api.vues import PUBLIC
from tests import fabriques
from tests.api.lecture.appels import (
    FRANCE_CONNECT,
    IDENTITE,
    INE,
    INTROSPECT,
    V2,
    lire,
    par_ine,
    verifier_v2,
    verifier_v3,
)

pytestmark = pytest.mark.django_db

PINGS = [
    "/api/ping",
    "/api/pings",
    *(f"/api/mesri_statut_etudiant_{mode}/ping" for mode in ("ine", "identite")),
]
LECTURE = [V2, INE, IDENTITE, FRANCE_CONNECT, INTROSPECT, *PINGS]

ENTETES_DE_SECURITE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Frame-Options": "DENY",
}


def toutes_les_routes(*, publiques: bool = True) -> list[str]:
    """Every path of the API without a variable part, and one of each with; `publiques`: those of PUBLIC views too."""
    motifs = get_resolver("statut_etudiant.api.urls").url_patterns
    return [
        "/" + str(motif.pattern).replace("<str:id_inscription>", "1").replace("<str:cle>", "x")
        for motif in motifs
        if publiques or motif.callback.cls.acces != PUBLIC
    ]


@pytest.mark.parametrize("chemin", LECTURE)
@pytest.mark.parametrize("forme", ["{}/", "/{}", "//{}//", "double"])
def test_paths_with_too_many_slashes_are_served_and_not_redirected(client, chemin, forme):
    """A base URL that ends in / makes //api/…: clients write it."""
    emis = fabriques.jeton(sans_quota=True)
    ecrit = chemin.replace("/", "//") if forme == "double" else forme.format(chemin)
    attendue = client.get(chemin, headers=emis.cle)
    # As the server gives it: the test client would take what follows // for a host.
    reponse = client.generic("GET", "/", headers=emis.cle, PATH_INFO=ecrit)
    assert reponse.status_code == attendue.status_code != 404
    if chemin not in PINGS[2:]:  # they tell the time
        assert reponse.content == attendue.content


@pytest.mark.parametrize("chemin", [INE, IDENTITE, FRANCE_CONNECT])
def test_a_v3_path_under_api_is_served_as_v3(client, chemin):
    emis = fabriques.jeton()
    etudiant = fabriques.inscrit()
    for prefixe in ("/api", "//api/"):
        attendue = client.get(chemin, par_ine(etudiant.ine), headers=emis.cle)
        reponse = client.generic(
            "GET", f"{prefixe}{chemin}?{urlencode(par_ine(etudiant.ine))}", headers=emis.cle
        )
        assert (reponse.status_code, reponse.content) == (attendue.status_code, attendue.content)
    verifier_v3(client.get("/api/v3/mesri/inconnu"), 404, "00404")


@pytest.mark.parametrize(
    "chemin", ["/api", "/api/", "/api/v2", "/api/v2/etudiant", "/api/V2/etudiants", "/api//v2/etudiant"]
)
def test_an_unknown_address_of_v2_is_told_as_such(client, chemin):
    assert verifier_v2(client.get(chemin), 404, "unknown_path")["reason"] == "Unknown path"


@pytest.mark.parametrize(
    "chemin",
    ["/v3", "/v3/", "/v3/mesri", "/v3/mesri/statut_etudiant", "/v3/mesri/statut_etudiant/INE", "/v3//mesri"],
)
def test_an_unknown_address_of_v3_is_told_as_such(client, chemin):
    verifier_v3(client.get(chemin), 404, "00404")


@pytest.mark.parametrize("version", ["v1", "v2", "v4", "v12", "v0"])
def test_a_version_that_is_not_served_is_told_as_such(client, version):
    for suite in ("", "/", "/mesri/statut_etudiant/ine"):
        verifier_v3(client.get(f"/{version}{suite}"), 404, "00402")


@pytest.mark.parametrize("chemin", ["/api/inscriptionz", "/apix", "/vx/ine", "/v3x/y", "/"])
def test_the_rest_of_the_site_is_not_the_api(client, chemin):
    """What only looks like a path of the API gets no error of a family that it is not of."""
    reponse = client.get(chemin)
    assert reponse.headers["X-Request-ID"]
    if chemin == "/api/inscriptionz":
        verifier_v2(reponse, 404, "unknown_path")
    else:
        assert not reponse.headers["Content-Type"].startswith("application/")


@pytest.mark.parametrize(
    "methode", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST", "TRACE", "CONNECT", "FOO"]
)
@pytest.mark.parametrize("chemin", LECTURE)
def test_a_method_other_than_get_is_refused_but_for_head_on_pings(client, chemin, methode):
    # A good token changes nothing to it, and is not counted.
    emis = fabriques.jeton()
    reponse = client.generic(methode, chemin, headers=emis.cle)
    if methode == "HEAD" and chemin in PINGS:
        assert (reponse.status_code, reponse.content) == (200, b"")
        assert int(reponse.headers["Content-Length"]) == len(client.get(chemin).content)
        return
    assert reponse.status_code == 405
    assert reponse.headers["Allow"] == ("GET, HEAD" if chemin in PINGS else "GET")
    assert "RateLimit-Limit" not in reponse.headers
    if methode != "HEAD":
        if chemin.startswith("/v3"):
            verifier_v3(reponse, 405, "00405")
        else:
            verifier_v2(reponse, 405, "method_not_allowed")


def test_a_body_sent_with_a_get_is_not_read(client):
    reponse = client.generic("GET", INE, b"\xff\x00" * 100, content_type="application/json")
    verifier_v3(reponse, 401, "00101")


@pytest.mark.parametrize(
    "chemin",
    sorted({*toutes_les_routes(), "/api/inconnu", "/v3/inconnu", "/v4/x", "/inconnu", "/sante/vivant"}),
)
def test_every_answer_has_the_security_headers_and_no_cookie(client, chemin):
    for methode in ("GET", "POST", "OPTIONS"):
        reponse = client.generic(methode, chemin)
        for nom, valeur in ENTETES_DE_SECURITE.items():
            if nom == "Content-Security-Policy" and reponse.headers["Content-Type"].startswith("text/html"):
                assert "unsafe" not in reponse.headers[nom]
                assert "frame-ancestors 'none'" in reponse.headers[nom]
            else:
                assert reponse.headers[nom] == valeur
        assert len(reponse.headers["X-Request-ID"]) == 32
        assert not reponse.cookies
        assert "Server" not in reponse.headers


@pytest.mark.parametrize("chemin", toutes_les_routes(publiques=False))
def test_nothing_that_a_token_guards_is_kept_by_a_cache(client, chemin):
    for methode in ("GET", "POST", "TRACE"):
        assert "no-store" in client.generic(methode, chemin).headers["Cache-Control"]


def test_x_request_id_differs_in_each_answer(client):
    assert len({client.get("/api/ping").headers["X-Request-ID"] for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("recu", "rendu"),
    [
        ("0123456789abcdef", True),
        ("7", True),
        ("Root=1-67891233-abcdef012345678912345678", True),
        ("105445aa7843bc8bf206b12000100000/1:2+3", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("avec espace dedans", False),
        ("injection\r\nX: y", False),
        ("é" * 10, False),
        ("ase_l_" + "A" * 49, False),
    ],
)
@pytest.mark.parametrize("proxys", [0, 1])
def test_the_caller_s_x_request_id_is_given_back_without_taking_the_place_of_ours(
    client, settings, recu, proxys, rendu
):
    settings.PROXYS_DE_CONFIANCE = proxys
    client.handler.load_middleware()
    reponse = client.get("/api/ping", headers={"X-Request-ID": recu})
    assert (reponse.headers["X-Request-ID"] == recu) is rendu
    assert ("X-Request-ID-Serveur" in reponse.headers) is rendu
    notre = reponse.headers["X-Request-ID-Serveur"] if rendu else reponse.headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", notre)


@pytest.mark.django_db
def test_the_caller_s_x_request_id_is_never_that_of_the_journal(client, settings, capsys):
    settings.PROXYS_DE_CONFIANCE = 1
    client.handler.load_middleware()
    etudiant = fabriques.inscrit()
    emis = fabriques.jeton()
    for _ in range(2):
        reponse = client.get(
            "/api/v2/etudiants",
            {"ine": etudiant.ine},
            headers={**emis.cle, "X-Request-ID": "toujours-le-meme", "X-Forwarded-For": "192.0.2.1"},
        )
        assert reponse.headers["X-Request-ID"] == "toujours-le-meme"
        notre = reponse.headers["X-Request-ID-Serveur"]
        assert Echange.objects.filter(requete=notre).count() == 1
    assert not Echange.objects.filter(requete="toujours-le-meme").exists()


def test_the_ping_answers(client):
    reponse = client.get("/api/ping")
    assert (reponse.status_code, reponse.content) == (200, b'"pong"')


def test_the_pings_are_listed(client):
    liste = lire(client.get("/api/pings"))
    assert [set(ping) for ping in liste] == [{"name", "url"}] * 2
    for ping in liste:
        chemin = "/api/" + ping["url"].split("/api/", 1)[1]
        etat = orjson.loads(client.get(chemin).content)
        assert set(etat) == {"status", "last_update", "last_ok_status"}
        assert etat["status"] == "ok"
