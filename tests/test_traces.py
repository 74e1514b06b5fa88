"""A request's identifier, from the web to the worker: the same in the answer, the lines of the log and the traces."""

import http.server
import threading
import time
from collections.abc import Iterator

import orjson
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from referentiel.models import Lot
from referentiel.nomenclatures import EtatLot
from tests import fabriques
from tests.api.ecriture.aides import creer_jeton, enregistrement
from tests.executant import Executant
from tests.serveur_web import ServeurWeb

PATIENCE = 60


class Collecteur(http.server.BaseHTTPRequestHandler):
    """What an OpenTelemetry collector takes in."""

    recus: list = []

    def do_POST(self) -> None:
        demande = ExportTraceServiceRequest()
        demande.ParseFromString(self.rfile.read(int(self.headers["Content-Length"])))
        self.recus += [
            span
            for ressource in demande.resource_spans
            for portee in ressource.scope_spans
            for span in portee.spans
        ]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collecteur() -> Iterator[str]:
    Collecteur.recus = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collecteur) as serveur:
        fil = threading.Thread(target=serveur.serve_forever)
        fil.start()
        yield f"http://127.0.0.1:{serveur.server_port}"
        serveur.shutdown()
        fil.join()


def attributs(span) -> dict[str, object]:
    return {un.key: un.value.string_value or un.value.int_value for un in span.attributes}


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
def test_a_deposit_is_followed_from_the_api_to_the_worker(
    courtier, collecteur, tmp_path, monkeypatch, donnees_validees
):
    monkeypatch.setenv("OPENTELEMETRY_URL", collecteur)
    etablissement = fabriques.etablissement()
    jeton = creer_jeton(etablissement.uai)
    corps = orjson.dumps([enregistrement(uai=etablissement.uai)])
    executant, web = tmp_path / "executant.log", tmp_path / "web.log"
    with (
        Executant(courtier, executant),
        ServeurWeb(processus=1, journal=web, BROKER_URL=courtier) as serveur,
    ):
        connexion = serveur.connexion()
        connexion.request(
            "POST", "/api/inscriptions", corps, {"X-API-Key": jeton, "Content-Type": "application/json"}
        )
        reponse = connexion.getresponse()
        requete = reponse.headers["X-Request-ID"]
        assert (reponse.status, len(reponse.read()) > 0) == (202, True)
        connexion.close()
        echeance = time.monotonic() + PATIENCE
        while not (
            Lot.objects.filter(etat=EtatLot.TERMINE).exists()
            and {"POST api/inscriptions", "referentiel.tasks.traiter_lots"}
            <= {s.name for s in Collecteur.recus}
        ):
            assert time.monotonic() < echeance, [s.name for s in Collecteur.recus]
            time.sleep(0.1)
    suivis = {span.name: span for span in Collecteur.recus if span.trace_id.hex() == requete}
    assert set(suivis) >= {"POST api/inscriptions", "referentiel.tasks.traiter_lots"}
    appel = suivis["POST api/inscriptions"]
    assert attributs(appel) == {
        "http.request.method": "POST",
        "http.route": "api/inscriptions",
        "http.response.status_code": 202,
    }
    assert appel.end_time_unix_nano > appel.start_time_unix_nano
    # The same word in the web's log.
    lignes = [orjson.loads(ligne) for ligne in web.read_bytes().splitlines() if ligne.startswith(b"{")]
    assert [ligne["route"] for ligne in lignes if ligne.get("requete") == requete] == ["api/inscriptions"]
