"""A line of the technical log says what refused and for which request; a worker's, which task writes it."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Task
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from habilitations.models import Compte
from statut_etudiant.celery import app as celery
from statut_etudiant.journaux import (
    AvecRequete,
    FormatJson,
    requete_courante,
    requete_de_l_appelant,
    tache_courante,
)
from statut_etudiant.middleware import RequeteIdentifiee
from tests.habilitations import scenes

journal = logging.getLogger("essai.journal")


@pytest.fixture
def lignes() -> Iterator[Any]:
    """What the journal writes, line by line, by the product's own filter and format."""
    tampon = io.StringIO()
    console = logging.StreamHandler(tampon)
    console.setFormatter(FormatJson())
    console.addFilter(AvecRequete())
    journal.addHandler(console)
    journal.setLevel(logging.INFO)
    yield lambda: [json.loads(ligne) for ligne in tampon.getvalue().splitlines()]
    journal.removeHandler(console)


@pytest.mark.django_db
def test_a_database_refusal_tells_its_code_and_constraint_without_the_values(lignes: Any) -> None:
    scenes.compte(courriel="canari@exemple.test")
    try:
        with transaction.atomic():
            Compte.objects.create(courriel="canari@exemple.test")
    except IntegrityError:
        journal.exception("refusé")
    (ligne,) = lignes()
    assert ligne["sqlstate"] == "23505"
    assert ligne["contrainte"] == "habilitations_compte_courriel_key"
    assert ligne["table"] == "habilitations_compte"
    assert "canari" not in json.dumps(ligne)


@pytest.mark.django_db
def test_a_mandatory_column_is_named_and_a_wrapped_refusal_is_read(lignes: Any) -> None:
    try:
        try:
            with transaction.atomic(), connection.cursor() as curseur:
                curseur.execute("INSERT INTO habilitations_verrou (cle) VALUES ('canari')")
        except IntegrityError as erreur:
            raise RuntimeError("canari") from erreur
    except RuntimeError:
        journal.exception("refusé")
    (ligne,) = lignes()
    assert (ligne["exception"], ligne["sqlstate"], ligne["colonne"]) == ("RuntimeError", "23502", "echecs")
    assert "canari" not in json.dumps(ligne)


def test_an_error_that_is_not_the_database_s_has_no_code(lignes: Any) -> None:
    try:
        raise ValueError("canari")
    except ValueError:
        journal.exception("autre")
    (ligne,) = lignes()
    assert "sqlstate" not in ligne


def test_both_request_identifiers_are_in_each_line(lignes: Any) -> None:
    def vue(request: Any) -> Any:
        from django.http import HttpResponse

        journal.info("dans la requête")
        return HttpResponse()

    request = RequestFactory().get("/", headers={"X-Request-ID": "celui-de-l-appelant"})
    reponse = RequeteIdentifiee(vue)(request)
    (ligne,) = lignes()
    assert ligne["requete"] == reponse.headers["X-Request-ID-Serveur"] == request.identifiant
    assert ligne["requete_de_l_appelant"] == reponse.headers["X-Request-ID"] == "celui-de-l-appelant"
    assert (requete_courante.get(), requete_de_l_appelant.get()) == ("-", "")


def test_a_worker_tells_its_task_and_the_request_that_caused_it(lignes: Any) -> None:
    """Through Celery's own messages: published by a request, done by a worker's tracer."""
    from celery.app.trace import build_tracer
    from celery.signals import before_task_publish

    publies: list[dict[str, Any]] = []

    @celery.task(name="essai.dire", bind=True)
    def dire(self: Task) -> None:
        journal.info("dans la tâche")

    def retenir(headers: dict[str, Any], **_: Any) -> None:
        publies.append(dict(headers))

    jeton = requete_courante.set("a" * 32)
    before_task_publish.connect(retenir)
    try:
        dire.apply_async(task_id="tache-1")
    finally:
        before_task_publish.disconnect(retenir)
        requete_courante.reset(jeton)
    (entetes,) = publies
    tracer = build_tracer("essai.dire", dire, app=celery)
    try:
        tracer("tache-1", [], {}, request=entetes | {"is_eager": False})
        tracer("tache-2", [], {}, request={"id": "tache-2"})  # beat's: no request caused it
    finally:
        celery.tasks.unregister("essai.dire")
    causee, prevue = lignes()
    assert (causee["tache"], causee["requete"]) == ("tache-1", "a" * 32)
    assert (prevue["tache"], prevue["requete"]) == ("tache-2", "-")
    assert (requete_courante.get(), tache_courante.get()) == ("-", "")
