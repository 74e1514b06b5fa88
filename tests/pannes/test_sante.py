"""Ready means that this process can serve, and write: what a load balancer must see before people do."""

import threading
import time

import psycopg
import pytest
from django.db import connection
from django.test import Client

from statut_etudiant import epreuve_d_ecriture
from tests.proprietaire import en_proprietaire
from tests.serveur_web import adresse_de_la_base

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def epreuve_neuve(monkeypatch):
    neuve = epreuve_d_ecriture._Epreuve()
    monkeypatch.setattr(epreuve_d_ecriture, "_epreuve", neuve)
    yield neuve
    if neuve._fil is not None:
        neuve._fil.join(10)


def pret(client: Client) -> tuple[int, str]:
    reponse = client.get("/sante/pret")
    return reponse.status_code, reponse.json()["etat"]


def test_a_service_that_is_well_is_ready(client):
    assert pret(client) == (200, "ok")


def test_a_standby_is_not_ready_and_a_primary_is_again(client):
    options = connection.settings_dict["OPTIONS"]
    avant = options.get("options", "")
    connection.close()
    options["options"] = f"{avant} -c default_transaction_read_only=on".strip()
    try:
        assert pret(client) == (503, "base de données en lecture seule")
    finally:
        options["options"] = avant
    # The connection to the standby was left: nobody has to do anything.
    assert pret(client) == (200, "ok")


def test_a_structure_that_is_too_old_is_not_ready(client):
    derniere = "app = 'disponibilite' AND name = '0002_signes_de_vie_et_reponses'"
    with en_proprietaire() as curseur:
        curseur.execute(f"DELETE FROM django_migrations WHERE {derniere}")
    try:
        assert pret(client) == (503, "base de données à migrer")
    finally:
        with en_proprietaire() as curseur:
            curseur.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('disponibilite', '0002_signes_de_vie_et_reponses', now())"
            )
    assert pret(client) == (200, "ok")


def test_writes_that_hang_are_told_in_two_seconds_by_everyone_who_asks(client, epreuve_neuve):
    assert pret(client) == (200, "ok")
    epreuve_neuve._reussie_a = -100.0  # its success is old
    with psycopg.connect(adresse_de_la_base()) as autre:
        # What a commit that waits does to those who come after it.
        autre.execute("LOCK TABLE disponibilite_signedevie IN SHARE MODE")
        debut = time.monotonic()
        reponses = []

        def demander():
            try:
                reponses.append(pret(Client()))
            finally:
                connection.close()

        fils = [threading.Thread(target=demander) for _ in range(4)]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
        assert reponses == [(503, "écritures bloquées")] * 4
        assert time.monotonic() - debut < 7  # 8 if they waited one after the other
        # One attempt hangs, not one for each who asked.
        with en_proprietaire() as curseur:
            curseur.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'signedevie'"
            )
            assert curseur.fetchone() == (1,)
        texte = client.get("/metrics").content.decode()
        assert "statut_etudiant_ecritures_bloquees 1.0" in texte
    epreuve_neuve._fil.join(10)
    assert pret(client) == (200, "ok")
    assert "statut_etudiant_ecritures_bloquees 0.0" in client.get("/metrics").content.decode()
