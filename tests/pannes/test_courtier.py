"""A broker that is away costs an act two tenths of a second, once, whichever way it is away."""

import socket
import time
from contextlib import contextmanager

import pytest
from celery import current_app
from kombu.pools import producers

from referentiel import reveil
from referentiel.models import Lot
from referentiel.nomenclatures import EtatLot
from tests.referentiel.depots import aides
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite


@pytest.fixture(autouse=True)
def sans_souvenir(monkeypatch):
    monkeypatch.setattr(reveil._Repit, "jusqua", 0.0)
    yield
    producers.clear()


@contextmanager
def muet():
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as prise:
        yield prise.getsockname()[1]


@contextmanager
def ferme():
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    yield port


def _duree_d_un_reveil_manque() -> float:
    debut = time.monotonic()
    assert reveil.reveiller("referentiel.tasks.traiter_lots") is False
    return time.monotonic() - debut


@pytest.mark.parametrize("panne", [muet, ferme])
@pytest.mark.parametrize("protocole", ["redis", "amqp"])
def test_waking_up_costs_a_fifth_of_a_second_then_nothing(panne, protocole, monkeypatch):
    with panne() as port:
        monkeypatch.setattr(current_app.conf, "broker_write_url", f"{protocole}://127.0.0.1:{port}//")
        premieres = []
        for _ in range(3):  # the best of them: a busy machine adds its own
            reveil._Repit.jusqua = 0.0
            premieres.append(_duree_d_un_reveil_manque())
        suivantes = sum(_duree_d_un_reveil_manque() for _ in range(20))
    assert min(premieres) < 0.25
    assert suivantes < 1  # 4 if each had its fifth of a second


@pytest.mark.django_db(transaction=True)
def test_a_deposit_is_taken_while_the_broker_is_away(monkeypatch, donnees_validees):
    octets = en_csv([champs(identite=identite(), uai=aides.UAI)])
    with muet() as port:
        monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
        debut = time.monotonic()
        deposer_octets(octets, uais=[aides.UAI])
        duree = time.monotonic() - debut
    assert Lot.objects.get().etat == EtatLot.EN_ATTENTE
    assert duree < 3  # some five seconds by the broker's own client


def test_it_is_asked_again_once_it_is_back(monkeypatch):
    monkeypatch.setattr(reveil, "REPIT", 0.0)
    with ferme() as port, monkeypatch.context() as panne:
        panne.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
        assert reveil.reveiller("referentiel.tasks.traiter_lots") is False
    assert reveil.reveiller("referentiel.tasks.traiter_lots") is True
