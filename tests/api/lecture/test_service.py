"""Promises that only several real processes can break: the journal under kill -9, the quota under a crowd."""

import contextlib
import http.client
import random
import threading
import time
from urllib.parse import urlencode

import pytest
from django.db import connection

from referentiel.models import Echange
from tests import fabriques
from tests.api.lecture.appels import INE, par_ine
from tests.proprietaire import en_proprietaire
from tests.serveur_web import ServeurWeb

pytestmark = [pytest.mark.service, pytest.mark.usefixtures("donnees_validees")]

Reponse = tuple[int, str, bytes]


def marteler(
    web: ServeurWeb,
    chemin: str,
    secret: str,
    fin: threading.Event,
    recues: list[Reponse],
    coupures: list[str],
) -> None:
    """One client on one connection: what it received whole, and the connections that were cut."""
    while not fin.is_set():
        connexion = web.connexion()
        with contextlib.closing(connexion):
            try:
                while not fin.is_set():
                    connexion.request("GET", chemin, headers={"Authorization": f"Bearer {secret}"})
                    reponse = connexion.getresponse()
                    corps = reponse.read()
                    recues.append((reponse.status, reponse.headers["X-Request-ID"], corps))
            except (OSError, http.client.HTTPException) as erreur:
                coupures.append(type(erreur).__name__)
                time.sleep(0.1)


@contextlib.contextmanager
def foule(web: ServeurWeb, chemin: str, secret: str, nombre: int):
    """`nombre` clients at once while the block runs."""
    fin, recues, coupures = threading.Event(), [], []
    clients = [
        threading.Thread(target=marteler, args=(web, chemin, secret, fin, recues, coupures))
        for _ in range(nombre)
    ]
    for client in clients:
        client.start()
    try:
        yield recues, coupures
    finally:
        fin.set()
        for client in clients:
            client.join()


def test_all_data_received_is_in_the_log_even_when_the_processes_are_killed(tmp_path):
    """Every process is killed at random instants under load; what a client received whole has its row, once."""
    etudiant, emis = fabriques.inscrit(), fabriques.jeton(sans_quota=True)
    chemin = f"{INE}?{urlencode(par_ine(etudiant.ine))}"
    hasard = random.Random()
    with (
        ServeurWeb(processus=1, journal=tmp_path / "web.log") as web,
        foule(web, chemin, emis.secret, 4) as (recues, coupures),
    ):
        for _ in range(4):
            time.sleep(hasard.uniform(0.1, 0.7))
            coupures.clear()
            web.tuer()
            web.demarrer()
            assert coupures, "nothing was under way: the test shows nothing"
    donnees = [identifiant for statut, identifiant, _ in recues if statut == 200]
    assert len(donnees) > 100
    assert {statut for statut, _, _ in recues} <= {200, 429, 503}
    journal = list(
        Echange.objects.filter(issue="donnees", etudiant_id=etudiant.pk).values_list("requete", flat=True)
    )
    assert set(donnees) <= set(journal)
    assert len(journal) == len(set(journal))


@pytest.fixture
def instants_acceptes():
    """Every instant at which the database accepted a call, by its own clock."""
    with en_proprietaire() as curseur:
        curseur.execute("""
            CREATE UNLOGGED TABLE essai_quota (instant timestamptz NOT NULL);
            CREATE FUNCTION essai_quota() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO essai_quota VALUES (NEW.instants[cardinality(NEW.instants)]); RETURN NULL; END';
            ALTER FUNCTION essai_quota SECURITY DEFINER;
            GRANT SELECT ON essai_quota TO PUBLIC;
            CREATE TRIGGER essai_quota AFTER UPDATE ON habilitations_quota
                FOR EACH ROW EXECUTE FUNCTION essai_quota();
        """)

    def lire() -> list[float]:
        with connection.cursor() as curseur:
            curseur.execute("SELECT extract(epoch FROM instant)::float FROM essai_quota ORDER BY 1")
            return [instant for (instant,) in curseur.fetchall()]

    yield lire
    with en_proprietaire() as curseur:
        curseur.execute("DROP FUNCTION essai_quota CASCADE; DROP TABLE essai_quota")


def test_eight_processes_never_accept_more_than_twenty_calls_per_second(tmp_path, instants_acceptes):
    etudiant, emis = fabriques.inscrit(), fabriques.jeton()
    chemin = f"{INE}?{urlencode(par_ine(etudiant.ine))}"
    with (
        ServeurWeb(processus=8, journal=tmp_path / "web.log") as web,
        foule(web, chemin, emis.secret, 8) as (recues, coupures),
    ):
        time.sleep(10.5)
    assert not coupures
    instants = instants_acceptes()
    acceptes = [statut for statut, _, _ in recues if statut == 200]
    assert len(acceptes) == len(instants)
    assert {statut for statut, _, _ in recues} == {200, 429}
    assert len(recues) > 2 * len(acceptes), "too few refusals: the quota was not under pressure"
    # Twenty-one accepted calls always span more than a second.
    assert min(b - a for a, b in zip(instants, instants[20:], strict=False)) > 1.0
    # Refused calls do not count: the whole of what is promised is served.
    assert sum(instant < instants[0] + 10 for instant in instants) >= 198
