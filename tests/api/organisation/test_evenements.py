"""The list of events: in the order in which they are there to be read, so that who resumes misses none."""

import os
import re
import subprocess
import threading
import time
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client

from habilitations.models import Fait
from statut_etudiant.portail.api_des_demandes import exemple
from tests import fabriques
from tests.api.organisation.conftest import creer_cle, entete
from tests.habilitations import scenes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("donnees_validees")]


def attendre_la_suite() -> None:
    """Until what is committed may be told: the transactions of the other tests of this server hold it back too."""
    dernier = Fait.objects.order_by("transaction").last()
    fin = time.monotonic() + 120
    while dernier is not None and time.monotonic() < fin:
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if curseur.fetchone()[0] > dernier.transaction:
                return
        time.sleep(0.05)


def lire(client: Client, cle: Any, **parametres: str) -> tuple[list[dict[str, Any]], str]:
    reponse = client.get("/api/v1/evenements", parametres, headers=entete(cle))
    assert reponse.status_code == 200, reponse.content
    corps = orjson.loads(reponse.content)
    return corps["evenements"], corps.get("suivant", "")


def test_what_a_webhook_receives_is_what_the_list_says(client: Client) -> None:
    organisation = fabriques.organisation()
    cle = creer_cle(organisation)
    assert lire(client, cle) == ([], "")
    demande = scenes.demande("validee", acteur=scenes.demandeur(organisation))
    scenes.demande("soumise")
    attendre_la_suite()
    evenements, suivant = lire(client, cle)
    assert [un["type"] for un in evenements] == ["demande.creer", "demande.soumettre", "demande.valider"]
    fait = Fait.objects.get(type="demande.valider")
    assert evenements[2] == {
        "id": str(fait.cle),
        "type": "demande.valider",
        "instant": evenements[2]["instant"],
        "organisation": {"siret": organisation.siret},
        "donnees": {
            "demande": f"D{demande.pk}",
            "habilitation": f"H{demande.habilitation_id}",
            "genre": "lecture",
            "etat": "validee",
            "etat_precedent": "soumise",
        },
    }
    # Nothing new: the same place; then what is new alone.
    assert lire(client, cle, curseur=suivant) == ([], suivant)
    fabriques.jeton(organisation=organisation)
    attendre_la_suite()
    (nouveau,), plus_loin = lire(client, cle, curseur=suivant)
    assert nouveau["type"] == "jeton.emis"
    assert plus_loin != suivant


def test_filters_and_pages(client: Client) -> None:
    organisation = fabriques.organisation()
    cle = creer_cle(organisation)
    demande = scenes.demande("validee", acteur=scenes.demandeur(organisation))
    autre = scenes.demande("validee")
    attendre_la_suite()
    assert [un["type"] for un in lire(client, cle, type="demande.valider")[0]] == ["demande.valider"]
    assert len(lire(client, cle, demande=f"D{demande.pk}")[0]) == 3
    assert lire(client, cle, demande=f"D{autre.pk}")[0] == []
    assert lire(client, cle, depuis="2099-01-01T00:00:00Z")[0] == []
    vus, curseur = [], ""
    while True:
        page, curseur = lire(client, cle, limite="1", curseur=curseur)
        if not page:
            break
        vus += [un["type"] for un in page]
    assert vus == ["demande.creer", "demande.soumettre", "demande.valider"]


def test_a_trial_of_a_webhook_is_no_event(client: Client) -> None:
    organisation = fabriques.organisation()
    Fait.objects.create(type="essai", organisation=organisation)
    assert lire(client, creer_cle(organisation)) == ([], "")


@pytest.mark.parametrize(
    "curseur", ["x", "1", "1-", "-1-1", "1-1-1", "1.5-2", "99999999999999999999-1", "١-١", "1-1;"]
)
def test_a_cursor_that_was_not_given_is_refused(client: Client, curseur: str) -> None:
    cle = creer_cle(fabriques.organisation())
    reponse = client.get("/api/v1/evenements", {"curseur": curseur}, headers=entete(cle))
    assert reponse.status_code == 400


def test_a_cursor_leads_to_nothing_of_another_s(client: Client) -> None:
    organisation, autre = fabriques.organisation(), fabriques.organisation()
    cle = creer_cle(organisation)
    fabriques.jeton(organisation=autre)
    fait = Fait.objects.get()
    attendre_la_suite()
    for curseur in ("0-0", f"{fait.transaction}-0", f"{fait.transaction - 1}-{fait.pk}"):
        assert lire(client, cle, curseur=curseur)[0] == []
    assert len(lire(client, creer_cle(autre), curseur="0-0")[0]) == 1


def test_what_commits_late_is_not_missed(client: Client) -> None:
    """An act that began first and ends last: who read in between still reads it."""
    organisation = fabriques.organisation()
    cle = creer_cle(organisation)
    ecrit, finir = threading.Event(), threading.Event()

    def lentement() -> None:
        with transaction.atomic():
            Fait.objects.create(type="jeton.emis", organisation=organisation)
            ecrit.set()
            assert finir.wait(20)
        connection.close()

    fil = threading.Thread(target=lentement)
    fil.start()
    try:
        assert ecrit.wait(20)
        Fait.objects.create(type="jeton.revoque", organisation=organisation)
        # The second is committed, the first is not: telling it now would have the first skipped.
        vus, curseur = lire(client, cle)
        assert vus == []
    finally:
        finir.set()
        fil.join()
    attendre_la_suite()
    suite, _ = lire(client, cle, curseur=curseur)
    assert [un["type"] for un in suite] == ["jeton.emis", "jeton.revoque"]


def test_the_example_of_the_page_runs(live_server: Any, tmp_path: Any) -> None:
    organisation = fabriques.organisation()
    demande = scenes.demande("validee", acteur=scenes.demandeur(organisation))
    soumise = scenes.demande("soumise", acteur=scenes.demandeur(organisation))
    attendre_la_suite()
    fait = subprocess.run(
        ["bash", "-eu"],
        input=exemple(),
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "URL": live_server.url,
            "CLE": creer_cle(organisation).valeur,
            "HABILITATION": f"H{demande.habilitation_id}",
            "CURSEUR": "0-0",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert fait.returncode == 0, fait.stderr
    assert re.findall(r'"numero":"(\w+)"', fait.stdout) == [f"D{soumise.pk}", f"H{demande.habilitation_id}"]
    assert "304\n" in fait.stdout
    assert fait.stdout.count('"type":"demande.creer"') == 2
