"""Everything through PgBouncer in transaction mode: each transaction gets whichever of few connections is free."""

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from celery import current_app

from referentiel.models import Echange, Inscription, Lot
from tests import fabriques
from tests.api.lecture.appels import INE, RECIPIENT
from tests.embarque_a_deux import attendre
from tests.executant import Executant
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite
from tests.serveur_web import ServeurWeb, adresse_de_la_base
from tests.services_de_debian import pgbouncer

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

CONNEXIONS = 3


@pytest.fixture
def reglages(tmp_path):
    with pgbouncer(adresse_de_la_base(), tmp_path, connexions=CONNEXIONS) as adresse:
        yield {"DATABASE_URL": adresse, "DATABASE_POOLER": "true"}


def demander(web, methode, chemin, corps=None, entetes=None):
    with contextlib.closing(web.connexion()) as connexion:
        connexion.request(methode, chemin, corps, entetes or {})
        reponse = connexion.getresponse()
        return reponse.status, reponse.read()


@pytest.mark.usefixtures("donnees_validees")
def test_readings_writings_and_pages_share_a_few_connections(reglages, tmp_path):
    etudiants = [fabriques.inscrit() for _ in range(10)]
    lecture, ecriture = fabriques.jeton(sans_quota=True), fabriques.jeton(ecriture=True)
    enregistrement = {
        "ine": etudiants[0].ine, "dateNaissance": "2004-03-27", "uai": ecriture.jeton.uais[0],
        "dateDebutInscription": "2026-09-01", "dateFinInscription": "2027-08-31", "statut": "inscrit",
    }  # fmt: skip

    def lire(rang: int) -> tuple[int, str]:
        ine = etudiants[rang % 10].ine
        statut, corps = demander(web, "GET", f"{INE}?recipient={RECIPIENT}&ine={ine}", entetes=lecture.bearer)
        return statut, corps.decode()

    with ServeurWeb(processus=2, journal=tmp_path / "web.log", **reglages) as web:
        with ThreadPoolExecutor(16) as fils:
            pages = [fils.submit(demander, web, "GET", "/habilitations-publiques") for _ in range(20)]
            lus = list(fils.map(lire, range(400)))
            assert {page.result()[0] for page in pages} == {200}
        assert {statut for statut, _ in lus} == {200}
        # Each has what it asked for, and not what somebody else did on the same connection.
        assert len({corps for _, corps in lus}) == len({etudiant.pk for etudiant in etudiants})
        statut, corps = demander(
            web, "POST", "/api/inscription", json.dumps(enregistrement),
            ecriture.cle | {"Content-Type": "application/json"},
        )  # fmt: skip
        assert statut in (200, 404), corps
        assert demander(web, "GET", "/sante/pret")[0] == 200
    assert Echange.objects.count() >= 400


def test_a_worker_does_a_deposit(reglages, courtier, tmp_path, monkeypatch):
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    monkeypatch.setitem(current_app.conf, "broker_url", courtier)
    monkeypatch.setitem(current_app.conf, "broker_write_url", courtier)
    monkeypatch.setenv("DATABASE_POOLER", "true")
    monkeypatch.setattr("tests.executant.adresse_de_la_base", lambda: reglages["DATABASE_URL"])
    with Executant(courtier, tmp_path / "executant.log"):
        # Two in a row: the second finds what the first left on the connection.
        for ine in ("0000000001A", "0000000002A"):
            lot = deposer_octets(en_csv([champs(ine=ine, identite=identite(f"Nom {ine[:10]}"))]))
            attendre(lambda pk=lot.pk: Lot.objects.get(pk=pk).etat == "termine", "le dépôt", 60)
    assert Inscription.objects.count() == 2
