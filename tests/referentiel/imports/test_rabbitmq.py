"""The same deposits with RabbitMQ for broker, by its URL alone."""

import time

import pytest
from celery import current_app

from referentiel.models import Lot
from tests import fabriques
from tests.embarque_a_deux import attendre
from tests.executant import Executant
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite
from tests.services_de_debian import arreter_le_groupe, rabbitmq

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]


def fait(lot: Lot) -> bool:
    return Lot.objects.get(pk=lot.pk).etat == "termine"


def test_a_worker_does_deposits_and_a_broker_that_is_away_delays_nobody(tmp_path, monkeypatch):
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    with rabbitmq(tmp_path) as (adresse, processus):
        monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
        monkeypatch.setitem(current_app.conf, "broker_url", adresse)
        monkeypatch.setitem(current_app.conf, "broker_write_url", adresse)
        with Executant(adresse, tmp_path / "executant.log"):
            lot = deposer_octets(en_csv([champs(ine="0000000001A", identite=identite())]))
            attendre(lambda: fait(lot), "le dépôt", 60)
        arreter_le_groupe(processus)
        debut = time.monotonic()
        attente = deposer_octets(en_csv([champs(ine="0000000002A", identite=identite("Autre"))]))
        assert time.monotonic() - debut < 2
    assert not fait(attente)
    # The message is lost with its broker, not the deposit: whoever sweeps next finds it.
    assert Lot.objects.get(pk=attente.pk).etat == "en_attente"
