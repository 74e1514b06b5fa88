"""Two schedulers: one sends, the other waits for its death."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

import pytest
from django.conf import settings
from kombu import Connection

from statut_etudiant.disponibilite.models import SigneDeVie
from statut_etudiant.disponibilite.signes import BEAT, tenir
from tests.proprietaire import en_proprietaire
from tests.serveur_web import adresse_de_la_base

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 40.0


@contextmanager
def beat(courtier, dossier, nom):
    with (dossier / f"{nom}.log").open("wb") as sortie:
        processus = subprocess.Popen(
            [
                sys.executable, "-m", "celery", "-A", "statut_etudiant", "beat", "--loglevel", "INFO",
                "--schedule", str(dossier / nom), "--pidfile=",
            ],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": adresse_de_la_base(), "BROKER_URL": courtier},
            stdout=sortie,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield processus
        finally:
            processus.kill()
            processus.wait()


def attendre(condition):
    echeance = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < echeance, f"rien en {PATIENCE} s"
        time.sleep(0.1)


def porteur():
    return SigneDeVie.objects.filter(nom=BEAT).values_list("porteur", flat=True).first() or ""


def envoyes(journal):
    """How often it sent the sweep of the deposits."""
    return journal.read_bytes().count(b"referentiel.tasks.traiter_lots")


@pytest.mark.service
def test_a_second_scheduler_sends_nothing_until_the_first_is_dead(courtier, tmp_path):
    with ExitStack() as pile:
        file = pile.enter_context(Connection(courtier)).default_channel.client
        file.flushall()
        premier = pile.enter_context(beat(courtier, tmp_path, "premier"))
        attendre(lambda: file.llen("celery") > 0)
        tenu = porteur()
        assert f":{premier.pid}:" in tenu

        second = pile.enter_context(beat(courtier, tmp_path, "second"))
        envois = envoyes(tmp_path / "premier.log")
        # Until the first has sent twice what comes every ten seconds: the second, ready meanwhile, had as much to send.
        attendre(lambda: envoyes(tmp_path / "premier.log") >= envois + 2)
        assert b"beat: Starting" in (tmp_path / "second.log").read_bytes()
        assert envoyes(tmp_path / "second.log") == 0
        assert porteur() == tenu

        # Killed: its place is free half a minute later, here at once.
        premier.kill()
        premier.wait()
        with en_proprietaire() as curseur:
            curseur.execute("UPDATE disponibilite_signedevie SET vu_le = now() - interval '31 seconds'")
        file.flushall()
        attendre(lambda: f":{second.pid}:" in porteur())
        attendre(lambda: file.llen("celery") > 0)

        # Stopped as it should be: the place is left at once.
        second.terminate()
        second.wait(PATIENCE)
        assert porteur() == ""


def test_the_place_is_kept_by_whoever_asks_again_and_taken_from_the_silent():
    assert tenir(BEAT, "premier")
    assert not tenir(BEAT, "second")
    assert tenir(BEAT, "premier")
    with en_proprietaire() as curseur:
        curseur.execute("UPDATE disponibilite_signedevie SET vu_le = now() - interval '29 seconds'")
    assert not tenir(BEAT, "second")
    with en_proprietaire() as curseur:
        curseur.execute("UPDATE disponibilite_signedevie SET vu_le = now() - interval '31 seconds'")
    assert tenir(BEAT, "second")
    assert not tenir(BEAT, "premier")
