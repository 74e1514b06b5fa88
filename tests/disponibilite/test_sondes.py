"""What the measures ask, by HTTP, of a server that runs; the page and the API's pings say the same."""

import datetime
import json
import socket

import pytest
from django.utils import timezone

from statut_etudiant.disponibilite import sondes, tasks
from statut_etudiant.disponibilite.models import Sonde
from tests.portail.pages import lire


def etats():
    return {mesure.sonde: mesure.etat.value for mesure in sondes.mesurer()}


@pytest.fixture
def servi(live_server, settings):
    settings.SONDES_ADRESSE = live_server.url
    return live_server


@pytest.mark.django_db(transaction=True)
def test_a_server_that_works_is_found_well(servi):
    assert etats() == {
        "lecture_ine": "ok",
        "lecture_identite": "ok",
        "ecriture": "ok",
        "api": "ok",
        "portail": "ok",
    }


@pytest.mark.django_db(transaction=True)
def test_a_declared_maintenance_is_told_by_the_ping_the_measure_and_the_page(
    servi, settings, client, monkeypatch
):
    # Done at once what a worker would do, with the message as the broker carries it.
    monkeypatch.setattr(
        tasks.enregistrer, "delay", lambda *recu: tasks.enregistrer.apply(json.loads(json.dumps(recu))).get()
    )
    settings.MAINTENANCE_JUSQUA = (timezone.now() + datetime.timedelta(minutes=30)).isoformat()
    ping = client.get("/api/mesri_statut_etudiant_ine/ping")
    assert json.loads(ping.content)["status"] == "maintenance"
    tasks.sonder()
    trouves = dict(Sonde.objects.values_list("nom", "etat"))
    assert trouves.pop("ecriture") in {"ok", "maintenance"}  # as that door says
    assert trouves == {
        "lecture_ine": "maintenance",
        "lecture_identite": "maintenance",
        "api": "ok",
        "portail": "ok",
    }
    texte = lire(client.get("/disponibilite")).texte
    assert "Maintenance en cours" in texte
    assert "Lecture par INE En maintenance depuis" in texte


def test_a_server_that_is_not_there_is_a_failure_and_no_error(settings):
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))  # taken, and listening to nobody
        settings.SONDES_ADRESSE = f"http://127.0.0.1:{prise.getsockname()[1]}"
        assert set(etats().values()) == {"panne"}


@pytest.mark.parametrize(
    ("statut", "corps", "attendu"),
    [
        (200, b'{"status": "ok"}', "ok"),
        (502, b'{"status": "bad_gateway"}', "panne"),
        (200, b'{"status": "maintenance"}', "maintenance"),
        (200, b"<html>", "panne"),
        (200, b"[]", "panne"),
        (200, b'{"status": ["ok"]}', "panne"),
        (200, b"\xff", "panne"),
        (503, b"", "panne"),
    ],
)
def test_an_answer_is_read_as_the_contract_says_and_anything_else_is_a_failure(statut, corps, attendu):
    reponse = sondes.httpx.Response(statut, content=corps)
    assert sondes.SONDES["lecture_ine"].juger(reponse).value == attendu


@pytest.mark.parametrize("nom", ["franceconnect", "ecriture"])
@pytest.mark.parametrize(
    ("statut", "corps", "attendu"),
    [
        (401, b"{}", "ok"),
        (503, '{"title": "Référentiel en Maintenance"}'.encode(), "maintenance"),
        (503, b'{"title": "FranceConnect indisponible"}', "panne"),
        (200, b"{}", "panne"),  # it took a token that was never issued
        (500, b"", "panne"),
    ],
)
def test_a_door_is_well_when_it_refuses_a_token_that_was_never_issued(nom, statut, corps, attendu):
    reponse = sondes.httpx.Response(statut, content=corps)
    assert sondes.SONDES[nom].juger(reponse).value == attendu


def test_franceconnect_is_measured_where_it_is_connected(settings):
    settings.FRANCECONNECT_URL = ""
    assert "franceconnect" not in sondes.services()
    settings.FRANCECONNECT_URL = "https://franceconnect.test"
    assert "franceconnect" in sondes.services()
    avant, apres = (sondes.SONDES["franceconnect"].entetes()["Authorization"] for _ in range(2))
    assert avant != apres
