"""A real streaming standby beside the primary: who searches where, what happens when it is late, away, promoted.

The standby is made late by pausing its replay: an INE that changes meanwhile is then known to the primary alone, so
whether a call finds it says which of the two searched.
"""

import contextlib
import json
import math
import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from habilitations.scopes import SCOPES
from referentiel.generation.numeros import Numeros
from statut_etudiant.embarque.postgres import Postgres
from tests.api.lecture.appels import INE, par_ine
from tests.embarque_a_deux import Secondaire, adresse_des_deux, attendre
from tests.serveur_web import RACINE, ServeurWeb

pytestmark = pytest.mark.service
RETARD_MAX = 4


@pytest.fixture(scope="module")
def deux(tmp_path_factory):
    """A primary with its structure, some students and a token, and its standby."""
    dossier = tmp_path_factory.mktemp("deux")
    with Postgres(dossier / "primaire", durable=True) as primaire:
        environnement = {
            **os.environ, "DATABASE_URL": primaire.adresse,
            "DATABASE_URL_PROPRIETAIRE": primaire.adresse_proprietaire,
        }  # fmt: skip

        def manage(*arguments: str) -> str:
            return subprocess.run(
                [sys.executable, "manage.py", *arguments],
                cwd=RACINE, env=environnement, check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip

        manage("migrate", "--verbosity", "0")
        manage("generer_donnees", "--etudiants", "20", "--verbosity", "0")
        secret = manage(
            "creer_jeton", "--siret", "13002526500013", "--intitule", "Réplique", "--verbosity", "0",
            "--scopes", ",".join(SCOPES),
        ).strip()  # fmt: skip
        with Secondaire(dossier / "secondaire", primaire) as secondaire:
            yield SimpleNamespace(
                primaire=primaire, secondaire=secondaire, secret=secret, manage=manage, dossier=dossier
            )


def en_base(deux, enonce: str, *valeurs: object) -> list[tuple]:
    with psycopg.connect(deux.primaire.adresse_proprietaire, autocommit=True) as connexion:
        curseur = connexion.execute(enonce, valeurs)
        return curseur.fetchall() if curseur.description else []


def chercher(deux, web, ine: str) -> tuple[int, dict[str, str]]:
    with contextlib.closing(web.connexion()) as connexion:
        chemin = f"{INE}?" + "&".join(f"{nom}={valeur}" for nom, valeur in par_ine(ine).items())
        connexion.request("GET", chemin, headers={"Authorization": f"Bearer {deux.secret}"})
        reponse = connexion.getresponse()
        corps = json.loads(reponse.read())
        assert reponse.status in (200, 404), corps
        time.sleep(0.06)  # under the token's quota
        return reponse.status, dict(reponse.getheaders())


def changer_un_ine(deux, rang: int) -> str:
    """A student's new INE: who reads the primary knows it, who reads a standby that is late does not."""
    nouveau = Numeros(1_000_000).ine(900_000 + rang)
    en_base(
        deux,
        "UPDATE referentiel_etudiant SET ine = %s WHERE id = (SELECT max(id) - %s FROM referentiel_etudiant)",
        nouveau,
        rang,
    )
    return nouveau


@contextlib.contextmanager
def en_retard(deux):
    deux.secondaire.executer_sql("SELECT pg_wal_replay_pause()")
    attendre(
        lambda: deux.secondaire.executer_sql("SELECT pg_get_wal_replay_pause_state()") == [("paused",)],
        "la pause de la réplique",
    )
    try:
        yield
    finally:
        deux.secondaire.executer_sql("SELECT pg_wal_replay_resume()")


@pytest.fixture
def web(deux, tmp_path):
    reglages = {
        "DATABASE_URL": deux.primaire.adresse,
        "DATABASE_URL_REPLIQUE": deux.secondaire.adresse,
        "REPLIQUE_RETARD_MAX": str(RETARD_MAX),
    }
    with ServeurWeb(processus=1, journal=tmp_path / "web.log", **reglages) as serveur:
        (connu,) = en_base(deux, "SELECT ine FROM referentiel_etudiant ORDER BY id LIMIT 1")[0]
        # The first calls find the standby not measured yet.
        attendre(
            lambda: chercher(deux, serveur, connu)[0] == 200 and "réplique sert" in lire(serveur.journal),
            "que la réplique serve",
        )
        yield serveur


def lire(fichier: Path) -> str:
    return json.dumps([json.loads(x)["message"] for x in fichier.read_text().splitlines() if x[:1] == "{"],
                      ensure_ascii=False)  # fmt: skip


def test_the_replica_searches_then_the_primary_once_it_is_too_late_then_the_replica_again(deux, web):
    with en_retard(deux):
        ine = changer_un_ine(deux, 1)
        assert chercher(deux, web, ine)[0] == 404
        debut = time.monotonic()
        attendre(lambda: chercher(deux, web, ine)[0] == 200, "que la base principale cherche")
        assert time.monotonic() - debut < RETARD_MAX + 3
        assert "réplique écartée" in lire(web.journal)
        assert chercher(deux, web, ine)[0] == 200
    attendre(
        lambda: lire(web.journal).count("réplique sert") == 2 or not chercher(deux, web, ine), "le retour"
    )
    with en_retard(deux):
        assert chercher(deux, web, changer_un_ine(deux, 2))[0] == 404


def retard(web) -> float:
    """Seconds, as an operator's Prometheus reads them."""
    with contextlib.closing(web.connexion()) as connexion:
        connexion.request("GET", "/metrics")
        texte = connexion.getresponse().read().decode()
    return float(re.search(r"^statut_etudiant_replique_retard_secondes (.+)$", texte, re.M)[1])


def test_the_lag_is_measured(deux, web):
    signe = (
        "INSERT INTO disponibilite_signedevie (nom, vu_le, porteur) VALUES ('beat', now() + %s, '')"
        " ON CONFLICT (nom) DO UPDATE SET vu_le = excluded.vu_le"
    )
    en_base(deux, signe, timedelta())
    attendre(lambda: retard(web) == 0, "une réplique à jour")
    with en_retard(deux):
        en_base(deux, signe, timedelta(minutes=10))
        assert 590 < retard(web) < 620
    attendre(lambda: retard(web) == 0, "une réplique à jour de nouveau")
    deux.secondaire.arreter()
    try:
        assert retard(web) == math.inf
    finally:
        deux.secondaire.demarrer()
    attendre(lambda: retard(web) == 0, "le retour de la réplique")


def test_quota_and_journal_are_the_primary_s(deux, web):
    (connu,) = en_base(deux, "SELECT ine FROM referentiel_etudiant ORDER BY id LIMIT 1")[0]
    compte = "SELECT count(*) FROM referentiel_echange"
    ((avant,),) = en_base(deux, compte)
    with en_retard(deux):
        restes = [int(chercher(deux, web, connu)[1]["ratelimit-remaining"]) for _ in range(3)]
        assert chercher(deux, web, changer_un_ine(deux, 3))[0] == 404
        # Each answer, of whom it found as of nobody, has its row: on the primary, though the standby has none of them.
        assert en_base(deux, compte) == [(avant + 4,)]
    assert restes[0] > restes[1] > restes[2]


def test_a_replica_that_stops_is_not_noticed_and_serves_again_when_it_is_back(deux, web):
    (connu,) = en_base(deux, "SELECT ine FROM referentiel_etudiant ORDER BY id LIMIT 1")[0]
    deux.secondaire.arreter()
    try:
        for _ in range(10):
            assert chercher(deux, web, connu)[0] == 200
        assert "réplique écartée" in lire(web.journal)
    finally:
        deux.secondaire.demarrer()
    attendre(
        lambda: chercher(deux, web, connu)[0] == 200 and lire(web.journal).count("réplique sert") == 2,
        "que la réplique serve de nouveau",
    )


def test_of_two_hosts_the_one_that_takes_writes_serves_even_after_a_promotion(deux, tmp_path):
    """Another standby becomes the primary. The same URL leads to it, without a restart."""
    compte = "SELECT count(*) FROM referentiel_echange"
    (connu,) = en_base(deux, "SELECT ine FROM referentiel_etudiant ORDER BY id LIMIT 1")[0]
    with Secondaire(deux.dossier / "suivant", deux.primaire) as suivant:
        adresse = adresse_des_deux(deux.primaire, suivant)
        with ServeurWeb(processus=1, journal=tmp_path / "web.log", DATABASE_URL=adresse) as web:
            assert chercher(deux, web, connu)[0] == 200
            attendre(
                lambda: suivant.executer_sql(compte) == en_base(deux, compte), "que la réplique ait tout"
            )
            ((journaux,),) = suivant.executer_sql(compte)
            deux.primaire.arreter()
            try:
                suivant.executer_sql("SELECT pg_promote()")
                assert chercher(deux, web, connu)[0] == 200
                with contextlib.closing(web.connexion()) as connexion:
                    connexion.request("GET", "/sante/pret")
                    assert connexion.getresponse().status == 200
                assert suivant.executer_sql(compte) == [(journaux + 1,)]
            finally:
                # For the other tests, which never heard of that one.
                deux.primaire.demarrer()
