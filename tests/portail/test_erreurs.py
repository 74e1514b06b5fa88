"""Pages that fail: what the person reads, what operators are told."""

import logging

import pytest
from django.test import Client

from tests.portail.pages import lire


@pytest.mark.django_db
@pytest.mark.urls("tests.portail.pannes")
@pytest.mark.parametrize(
    ("chemin", "statut", "titre"),
    [
        ("/essai/en_panne", 500, "Une erreur est survenue"),
        ("/essai/base_absente", 503, "Service momentanément indisponible"),
        ("/essai/interdite", 403, "Accès refusé"),
        ("/essai/douteuse", 400, "Requête incompréhensible"),
        ("/essai/absente", 404, "Page introuvable"),
    ],
)
def test_an_error_is_told_in_french_and_gives_nothing_away(client, chemin, statut, titre, capfd):
    client.raise_request_exception = False
    response = client.get(chemin)
    assert response.status_code == statut
    assert lire(response).titre == f"{titre} — API Statut étudiant"
    assert b"123" not in response.content
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "numéro secret" not in "".join(capfd.readouterr())
    assert ("Retry-After" in response.headers) == (statut == 503)


@pytest.mark.django_db
def test_a_form_without_csrf_token_is_refused_in_french():
    response = Client(enforce_csrf_checks=True).post("/contact")
    assert response.status_code == 403
    assert lire(response).titre == "Formulaire expiré — API Statut étudiant"


@pytest.mark.django_db
@pytest.mark.urls("tests.portail.pannes")
def test_a_failure_is_logged_once_with_its_route(client, caplog):
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, logger="statut_etudiant"):
        client.get("/essai/en_panne")
    (ligne,) = [un for un in caplog.records if un.name == "statut_etudiant.portail.erreurs"]
    assert ligne.faits == {"methode": "GET", "route": "essai/en_panne"}
    assert ligne.exc_info[0] is RuntimeError
