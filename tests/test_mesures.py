"""What an operator's Prometheus reads."""

import math
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from habilitations.models import Consommation
from statut_etudiant import mesures
from statut_etudiant.disponibilite import signes
from statut_etudiant.trafic import Reponses
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


def valeurs(client: Client, mesuree: str, **etiquettes: str) -> list[float]:
    texte = client.get("/metrics").content.decode()
    return [
        mesure.value
        for famille in text_string_to_metric_families(texte)
        for mesure in famille.samples
        if mesure.name == mesuree and etiquettes.items() <= mesure.labels.items()
    ]


def test_what_was_never_seen_alive_is_infinitely_old(client: Client) -> None:
    for nom in ("beat", "tache", "sauvegarde"):
        assert valeurs(client, "statut_etudiant_signe_de_vie_secondes", nom=nom) == [math.inf]
    assert valeurs(client, "statut_etudiant_certificat_expire_secondes") == []


def test_signs_of_life_have_their_age(client: Client) -> None:
    maintenant = timezone.now()
    signes.noter(signes.TACHE, vu_le=maintenant - timedelta(seconds=40), valeur=7.5)
    signes.noter(signes.CERTIFICAT, vu_le=maintenant + timedelta(days=20))
    call_command("noter_sauvegarde")
    (tache,) = valeurs(client, "statut_etudiant_signe_de_vie_secondes", nom="tache")
    (sauvegarde,) = valeurs(client, "statut_etudiant_signe_de_vie_secondes", nom="sauvegarde")
    (certificat,) = valeurs(client, "statut_etudiant_certificat_expire_secondes")
    assert 40 <= tache < 60
    assert 0 <= sauvegarde < 20
    assert 20 * 86_400 - 60 < certificat <= 20 * 86_400
    assert valeurs(client, "statut_etudiant_courtier_retard_secondes") == [7.5]


def test_answers_are_summed_by_side_status_and_duration(client: Client) -> None:
    neuves = Reponses()
    for statut, ms in ((200, 3), (200, 5), (200, 6), (503, 20_000)):
        neuves.compter("lecture", statut, ms)
    neuves.ecrire()
    neuves.compter("lecture", 200, 6)
    neuves.ecrire()
    total, seau = "statut_etudiant_reponses_total", "statut_etudiant_duree_secondes_bucket"
    assert valeurs(client, total, famille="lecture", statut="200") == [4]
    assert valeurs(client, total, famille="lecture", statut="503") == [1]
    assert valeurs(client, seau, famille="lecture", le="0.005") == [2]
    assert valeurs(client, seau, famille="lecture", le="0.01") == [4]
    assert valeurs(client, seau, famille="lecture", le="10.0") == [4]
    assert valeurs(client, seau, famille="lecture", le="+Inf") == [5]
    assert valeurs(client, "statut_etudiant_duree_secondes_sum", famille="lecture") == [20.02]


def test_a_replica_that_follows_no_primary_is_infinitely_late_and_none_has_no_lag(
    client: Client, settings
) -> None:
    assert valeurs(client, "statut_etudiant_replique_retard_secondes") == []
    base = connection.settings_dict
    # The test's own database: a primary, as a standby is once it was promoted.
    settings.DATABASE_REPLIQUE = {nom: base[nom] for nom in ("HOST", "PORT", "NAME")}
    assert valeurs(client, "statut_etudiant_replique_retard_secondes") == [math.inf]
    settings.DATABASE_REPLIQUE = {"HOST": "127.0.0.1", "PORT": 1}
    assert valeurs(client, "statut_etudiant_replique_retard_secondes") == [math.inf]
