"""What an operator's Prometheus reads."""

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from habilitations.models import Consommation
from statut_etudiant import mesures
from tests import fabriques
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


def lire(client: Client) -> dict[tuple[str, str], float]:
    texte = client.get("/metrics").content.decode()
    return {
        (mesure.name, mesure.labels.get("statut", "")): mesure.value
        for famille in text_string_to_metric_families(texte)
        for mesure in famille.samples
    }


def test_queues_and_calls_are_read(client: Client) -> None:
    avant = lire(client)
    scenes.demande("soumise")
    jeton = fabriques.jeton().jeton
    Consommation.objects.create(jeton=jeton, jour=fabriques.timezone.localdate(), statut=200, appels=7)
    apres = lire(client)
    assert (
        apres["statut_etudiant_demandes_a_instruire", ""]
        == avant["statut_etudiant_demandes_a_instruire", ""] + 1
    )
    assert apres["statut_etudiant_courriels_en_attente", ""] > 0
    assert apres["statut_etudiant_partitions_du_journal", ""] >= 12
    assert apres["statut_etudiant_appels_du_mois_total", "200"] == 7


def test_an_absent_database_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def absente(self: object) -> None:
        raise OperationalError

    monkeypatch.setattr(mesures._Base, "collect", absente)
    assert client.get("/metrics").status_code == 503
