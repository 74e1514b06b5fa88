"""Each call has its line: what an operator needs, and nothing of a person."""

import logging

import orjson
import pytest

from statut_etudiant.journaux import FormatJson
from statut_etudiant.trafic import reponses
from tests import fabriques
from tests.api.boucle.aides import appeler, boucle
from tests.api.ecriture.aides import Appelant, creer_etudiant, creer_jeton, enregistrement
from tests.api.lecture.appels import INE, obtenir, par_ine

pytestmark = pytest.mark.django_db


@pytest.fixture
def lignes(caplog):
    caplog.set_level(logging.INFO, logger="statut_etudiant.trafic")

    def lire() -> list[dict]:
        recues = [record for record in caplog.records if record.name == "statut_etudiant.trafic"]
        caplog.clear()
        return [orjson.loads(FormatJson().format(record)) for record in recues]

    return lire


def dite(ligne: dict) -> dict:
    assert isinstance(ligne["ms"], int)
    assert 0 <= ligne["ms"] < 60_000
    return {
        nom: ligne[nom]
        for nom in ("niveau", "message", "methode", "route", "statut", "jeton")
        if nom in ligne
    }


def test_a_read_tells_its_route_its_status_and_its_token(client, lignes, donnees_validees):
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()
    obtenir(client, INE, par_ine(etudiant.ine), emis.bearer)
    [ligne] = lignes()
    assert dite(ligne) == {
        "niveau": "INFO",
        "message": "appel",
        "methode": "GET",
        "route": "v3/mesri/statut_etudiant/ine",
        "statut": 200,
        "jeton": str(emis.jeton.cle),
    }
    assert etudiant.ine.encode() not in orjson.dumps(ligne)
    (secret,) = emis.bearer.values()
    assert secret.removeprefix("Bearer ") not in str(ligne)


@pytest.mark.django_db(transaction=True)
def test_the_loop_tells_the_same(lignes, donnees_validees):
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()

    async def scenario(application):
        return await appeler(application, INE, par_ine(etudiant.ine), emis.bearer)

    boucle(scenario)
    [ligne] = lignes()
    assert dite(ligne)["route"] == "v3/mesri/statut_etudiant/ine"
    assert (dite(ligne)["statut"], dite(ligne)["jeton"]) == (200, str(emis.jeton.cle))


def test_a_token_is_not_lent_to_the_next_call(client, lignes, donnees_validees):
    obtenir(client, INE, par_ine(fabriques.inscrit().ine), fabriques.jeton().bearer)
    client.get("/")
    client.get("/inconnue/1700000001A")
    _, accueil, absente = lignes()
    assert "jeton" not in accueil
    assert (accueil["route"], accueil["statut"]) == ("/", 200)
    assert (absente["route"], absente["statut"]) == ("-", 404)
    assert "1700000001A" not in str(absente)


def test_a_write_tells_its_token(lignes, donnees_validees):
    etablissement = fabriques.etablissement()
    creer_etudiant()
    Appelant(creer_jeton(etablissement.uai)).poster(enregistrement(uai=etablissement.uai))
    [ligne] = lignes()
    assert (ligne["methode"], ligne["route"], ligne["statut"]) == ("POST", "api/inscription", 200)
    assert len(ligne["jeton"]) == 36


def test_health_and_figures_have_no_line(client, lignes):
    for chemin in ("/sante/vivant", "/sante/pret", "/metrics"):
        client.get(chemin)
    assert lignes() == []


def test_a_sample_keeps_what_failed(client, lignes, settings, monkeypatch):
    settings.ECHANTILLON_APPELS = 0.0
    client.get("/")
    assert lignes() == []
    client.raise_request_exception = False
    monkeypatch.setattr("statut_etudiant.portail.views.chiffres_nationaux", casse)
    client.get("/")
    assert [ligne["statut"] for ligne in lignes()] == [500]


def casse(**_):
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def sans_reste():
    yield
    reponses._sommes.clear()
