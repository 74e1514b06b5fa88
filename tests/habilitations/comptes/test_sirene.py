"""Names and addresses from Sirene, against a real server that answers well, badly, late or not at all."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from habilitations.comptes import organisations, sirene
from habilitations.models import JournalAcces, Organisation, Rattachement
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import texte

pytestmark = pytest.mark.django_db
SIRET = "13002526500013"
CLE = "cle-de-test"
ATTENTE, DELAI = sirene.ATTENTE, sirene.DELAI
AJOUTER = "/compte/organisations/ajouter"


def etablissement(**champs: Any) -> dict[str, Any]:
    """What Sirene 3.11 says of a town's establishment, cut to what is read and a little of what is not."""
    etablissement = {
        "siret": SIRET,
        "statutDiffusionEtablissement": "O",
        "uniteLegale": {
            "denominationUniteLegale": "COMMUNE DE BELLEROCHE",
            "categorieJuridiqueUniteLegale": "7210",
            "nomUniteLegale": None,
            "prenom1UniteLegale": None,
        },
        "adresseEtablissement": {
            "complementAdresseEtablissement": "HOTEL DE VILLE",
            "numeroVoieEtablissement": "1",
            "indiceRepetitionEtablissement": None,
            "typeVoieEtablissement": "PL",
            "libelleVoieEtablissement": "DE LA MAIRIE",
            "codePostalEtablissement": "35000",
            "libelleCommuneEtablissement": "BELLEROCHE",
        },
        "periodesEtablissement": [
            {"dateFin": None, "dateDebut": "2008-01-01", "etatAdministratifEtablissement": "A"},
            {"dateFin": "2007-12-31", "dateDebut": "1983-03-01", "etatAdministratifEtablissement": "F"},
        ],
    }
    for chemin, valeur in champs.items():
        partie = etablissement
        *debut, fin = chemin.split("__")
        for nom in debut:
            partie = partie[nom]
        partie[fin] = valeur
    return {"header": {"statut": 200, "message": "OK"}, "etablissement": etablissement}


class Insee:
    """`repondre`: (status, body) for a path; the calls received are kept."""

    def __init__(self) -> None:
        self.appels: list[tuple[str, str | None]] = []
        self.repondre: Callable[[str], tuple[int, bytes]] = lambda chemin: (404, b"{}")
        self.goutte_a_goutte = False
        self.attente = threading.Event()  # what hangs stops with the test

    def dit(self, statut: int, corps: Any) -> None:
        octets = corps if isinstance(corps, bytes) else json.dumps(corps).encode()
        self.repondre = lambda chemin: (statut, octets)


@pytest.fixture
def insee(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Insee]:
    # A busy machine must not pass for a slow Sirene; the tests of its slowness put the real durations back.
    monkeypatch.setattr(sirene, "ATTENTE", (20, 20))
    monkeypatch.setattr(sirene, "DELAI", 20)
    serveur_de = Insee()

    class Guichet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            serveur_de.appels.append((self.path, self.headers.get("X-INSEE-Api-Key-Integration")))
            statut, corps = serveur_de.repondre(self.path)
            self.send_response(statut)
            if statut in {301, 302}:
                self.send_header("Location", "/ailleurs")
            self.send_header("Content-Length", str(len(corps)))
            self.end_headers()
            if serveur_de.goutte_a_goutte:
                self.egoutter()
            else:
                self.wfile.write(corps)

        def egoutter(self) -> None:
            with suppress(OSError):
                while not serveur_de.attente.wait(0.2):
                    self.wfile.write(b" ")

        def log_message(self, *args: Any) -> None:
            pass

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Guichet)
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
    fil.start()
    settings.SIRENE_URL = f"http://127.0.0.1:{serveur.server_port}/api-sirene/3.11/"
    settings.SIRENE_CLE = CLE
    cache.clear()
    yield serveur_de
    serveur_de.attente.set()
    serveur.shutdown()
    fil.join()
    serveur.server_close()
    cache.clear()


@pytest.fixture
def agent(client: Client) -> Client:
    client.force_login(scenes.compte())
    return client


def ajouter(client: Client, **champs: str) -> Any:
    return client.post(AJOUTER, {"siret": SIRET} | champs)


def test_the_name_and_address_come_from_sirene(agent: Client, insee: Insee) -> None:
    insee.dit(200, etablissement())
    assert "le répertoire Sirene nous donne le nom" in agent.get(AJOUTER).content.decode()
    assert ajouter(agent, nom="Pirates", adresse="Ailleurs").status_code == 302
    organisation = Organisation.objects.get()
    assert organisation.nom == "COMMUNE DE BELLEROCHE"
    assert organisation.adresse == "HOTEL DE VILLE\n1 place DE LA MAIRIE\n35000 BELLEROCHE"
    assert organisation.categorie == "7210"
    assert not Rattachement.objects.get().verifie
    assert insee.appels == [(f"/api-sirene/3.11/siret/{SIRET}", CLE)]
    # Known from now on: another person's page asks nobody.
    organisations.rattacher(acteur=scenes.demandeur(), siret=SIRET)
    assert len(insee.appels) == 1


def test_starting_a_request_asks_for_the_siret_only(agent: Client, insee: Insee) -> None:
    insee.dit(200, etablissement())
    adresse = "/demandes/nouvelle?type=lecture"
    assert agent.post(adresse, {"siret": SIRET})["Location"] == adresse
    assert "COMMUNE DE BELLEROCHE" in texte(agent.get(adresse))
    assert JournalAcces.objects.get(genre="rattachement").details == {"siret": SIRET, "verifie": False}


def test_a_natural_person_has_given_and_family_names(insee: Insee) -> None:
    unite = {
        "denominationUniteLegale": None,
        "prenomUsuelUniteLegale": "ANA",
        "prenom1UniteLegale": "ANNA",
        "nomUniteLegale": "VASSEUR",
        "nomUsageUniteLegale": "MARTIN",
    }
    insee.dit(200, etablissement(uniteLegale=unite))
    assert sirene.chercher(SIRET).nom == "ANA MARTIN"


def test_what_is_not_published_is_typed(agent: Client, insee: Insee) -> None:
    cache_ = {"prenom1UniteLegale": "[ND]", "nomUniteLegale": "[ND]", "denominationUniteLegale": "[ND]"}
    rue = dict.fromkeys(
        ("complementAdresseEtablissement", "numeroVoieEtablissement", "typeVoieEtablissement",
         "libelleVoieEtablissement", "codePostalEtablissement"), "[ND]",
    )  # fmt: skip
    insee.dit(
        200,
        etablissement(
            statutDiffusionEtablissement="P",
            uniteLegale=cache_,
            adresseEtablissement=rue | {"libelleCommuneEtablissement": "RENNES"},
        ),
    )
    page = ajouter(agent)
    assert "ne publie pas le nom de cet établissement" in texte(page)
    assert not Organisation.objects.exists()
    assert ajouter(agent, nom="Cabinet Vasseur").status_code == 302
    organisation = Organisation.objects.get()
    assert (organisation.sans_nom, organisation.adresse) == (True, "RENNES")
    assert Rattachement.objects.get().nom == "Cabinet Vasseur"


def test_a_closed_establishment_is_told_and_confirmed(agent: Client, insee: Insee) -> None:
    fermee = [{"dateFin": None, "dateDebut": "2020-03-01", "etatAdministratifEtablissement": "F"}]
    insee.dit(200, etablissement(periodesEtablissement=fermee))
    page = ajouter(agent)
    assert "Cet établissement est fermé depuis le 1er mars 2020" in texte(page)
    assert f'value="{SIRET}"' in page.content.decode()
    assert not Organisation.objects.exists()
    # Told of one, confirming another is no confirmation.
    assert "est fermé" in texte(agent.post(AJOUTER, {"siret": fabriques.siret(), "ferme": SIRET}))
    assert ajouter(agent, ferme=SIRET).status_code == 302
    assert Organisation.objects.get().nom == "COMMUNE DE BELLEROCHE"


def test_a_siret_unknown_to_sirene_is_named_by_hand(agent: Client, insee: Insee) -> None:
    insee.dit(404, {"header": {"statut": 404}})
    page = ajouter(agent)
    assert "ne connaît pas ce SIRET" in texte(page)
    assert "organisation (Optionnel)" not in texte(page)
    assert ajouter(agent, nom="Syndicat tout neuf").status_code == 302
    assert Rattachement.objects.get().nom == "Syndicat tout neuf"
    assert Organisation.objects.get().sans_nom  # for everybody else
    assert len(insee.appels) == 1  # that it is unknown is remembered


PANNES = {
    "cle refusee": (401, b"{}"),
    "interdit": (403, b"{}"),
    "trop d'appels": (429, b"{}"),
    "panne": (500, b"<html>oups</html>"),
    "ailleurs": (302, b""),
    "pas du json": (200, b"\xff<html>"),
    "autre chose": (200, b'{"etablissement": []}'),
    "nul": (200, b'{"etablissement": null}'),
    "sans periode": (200, json.dumps(etablissement(periodesEtablissement=[])).encode()),
    "date absurde": (
        200,
        json.dumps(
            etablissement(
                periodesEtablissement=[{"etatAdministratifEtablissement": "F", "dateDebut": "hier"}]
            )
        ).encode(),
    ),
    "profond": (200, b"[" * 100_000),
    "enorme": (200, b'{"a": "' + b"x" * 300_000 + b'"}'),
}


@pytest.mark.parametrize("panne", PANNES)
def test_a_failure_of_sirene_lets_people_type(
    agent: Client, insee: Insee, panne: str, caplog: pytest.LogCaptureFixture
) -> None:
    insee.dit(*PANNES[panne])
    with caplog.at_level(logging.DEBUG, logger="habilitations"):
        page = ajouter(agent)
    assert page.status_code == 200
    assert "Saisissez le nom de l'organisation" in texte(page).replace("&#x27;", "'")
    (ligne,) = [trace for trace in caplog.records if trace.name == "habilitations.comptes.sirene"]
    assert SIRET not in str(ligne.__dict__)
    assert CLE not in str(ligne.__dict__)
    assert ajouter(agent, nom="Ville de Sète").status_code == 302
    assert Rattachement.objects.get().nom == "Ville de Sète"
    # It is left alone for a while, and no redirection was followed.
    assert [chemin for chemin, _ in insee.appels] == [f"/api-sirene/3.11/siret/{SIRET}"]


@pytest.mark.parametrize("goutte_a_goutte", [False, True], ids=["muet", "goutte à goutte"])
def test_a_slow_sirene_keeps_nobody_waiting(
    agent: Client, insee: Insee, monkeypatch: pytest.MonkeyPatch, goutte_a_goutte: bool
) -> None:
    monkeypatch.setattr(sirene, "ATTENTE", ATTENTE)
    monkeypatch.setattr(sirene, "DELAI", DELAI)

    def attendre(chemin: str) -> tuple[int, bytes]:
        if not goutte_a_goutte:
            insee.attente.wait(10)
        return 200, b"{}" * 100

    insee.repondre = attendre
    insee.goutte_a_goutte = goutte_a_goutte
    debut = time.monotonic()
    assert ajouter(agent, nom="Ville de Sète").status_code == 302
    assert time.monotonic() - debut < 2.5
    assert Rattachement.objects.get().nom == "Ville de Sète"


def test_an_unreachable_sirene_lets_people_type(agent: Client, settings: Any, insee: Insee) -> None:
    settings.SIRENE_URL = "http://127.0.0.1:9/"
    assert ajouter(agent, nom="Ville de Sète").status_code == 302


def test_without_a_key_nobody_is_called(agent: Client, insee: Insee, settings: Any) -> None:
    settings.SIRENE_CLE = ""
    assert "Sirene" not in texte(agent.get(AJOUTER))
    assert "Saisissez le nom" in texte(ajouter(agent))
    assert insee.appels == []


def test_an_establishment_of_the_register_needs_no_lookup(agent: Client, insee: Insee) -> None:
    insee.dit(500, b"")
    fabriques.etablissement(siret=SIRET, nom="Institut du Midi")
    assert ajouter(agent).status_code == 302
    assert Organisation.objects.get().nom == "Institut du Midi"


def test_listing_sirene_through_our_page_is_slowed_down(agent: Client, insee: Insee) -> None:
    insee.dit(404, {})
    pages = [agent.post(AJOUTER, {"siret": fabriques.siret()}) for _ in range(33)]
    assert "ne connaît pas" in texte(pages[29])
    assert "Trop d'essais" in texte(pages[-1]).replace("&#x27;", "'")
    assert len(insee.appels) < 33


def test_proconnect_s_organisation_is_named_by_sirene_even_later(insee: Insee) -> None:
    compte = scenes.compte()
    insee.dit(500, b"")
    assert organisations.verifier(compte=compte, siret=SIRET).nom == f"SIRET {SIRET}"
    cache.clear()
    insee.dit(200, etablissement())
    assert organisations.verifier(compte=compte, siret=SIRET).nom == "COMMUNE DE BELLEROCHE"
    assert Organisation.objects.get().adresse.endswith("35000 BELLEROCHE")
