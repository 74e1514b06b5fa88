"""A commit that waits for a standby which will never answer: reads go on, so only a real write can tell."""

import json
import os
import subprocess
import sys
import time
from contextlib import closing

import psycopg
import pytest
from django.conf import settings

from statut_etudiant.embarque.postgres import Postgres
from tests.serveur_web import ServeurWeb

PATIENCE = 30.0


@pytest.mark.service
def test_synchronous_standby_names_that_nobody_bears_are_seen_and_forgotten(tmp_path):
    with Postgres(tmp_path / "postgres", durable=True) as base:
        adresses = {"DATABASE_URL": base.adresse, "DATABASE_URL_PROPRIETAIRE": base.adresse_proprietaire}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=settings.BASE_DIR, env=os.environ | adresses, check=True, timeout=300,
        )  # fmt: skip
        with (
            psycopg.connect(base.adresse_superutilisateur, autocommit=True) as superutilisateur,
            ServeurWeb(processus=1, journal=tmp_path / "web.log", **adresses) as web,
        ):

            def lire(chemin: str) -> tuple[int, dict, float]:
                debut = time.monotonic()
                with closing(web.connexion()) as connexion:
                    connexion.request("GET", chemin)
                    reponse = connexion.getresponse()
                    return reponse.status, json.loads(reponse.read()), time.monotonic() - debut

            def attendre(statut: int, etat: str) -> float:
                echeance = time.monotonic() + PATIENCE
                while True:
                    recu, corps, duree = lire("/sante/pret")
                    if (recu, corps["etat"]) == (statut, etat):
                        return duree
                    assert time.monotonic() < echeance, (recu, corps)
                    time.sleep(0.2)

            attendre(200, "ok")
            # As a page of documentation once said it: a slot's name, which is no application_name.
            superutilisateur.execute("ALTER SYSTEM SET synchronous_standby_names = 'secours'")
            superutilisateur.execute("SELECT pg_reload_conf()")
            assert attendre(503, "écritures bloquées") < 10  # for ever without it
            assert lire("/sante/vivant")[:2] == (200, {"etat": "ok"})
            superutilisateur.execute("ALTER SYSTEM RESET synchronous_standby_names")
            superutilisateur.execute("SELECT pg_reload_conf()")
            attendre(200, "ok")
