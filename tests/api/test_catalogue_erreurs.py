"""`GET /api/errors`: the catalogue that a client's developer reads, made of what the API answers."""

import orjson
import pytest

from tests import fabriques
from tests.api.lecture.appels import INE, obtenir

CHEMIN = "/api/errors"


def lire(client, **parametres):
    reponse = client.get(CHEMIN, parametres)
    assert reponse.status_code == 200
    return orjson.loads(reponse.content)["errors"]


def test_each_error_says_when_it_comes_and_what_to_do(client):
    erreurs = lire(client)
    for erreur in erreurs:
        assert list(erreur) == ["code", "status", "title", "detail", "when", "what_to_do", "operations"]
        assert erreur["when"].endswith("."), erreur
        assert erreur["what_to_do"].endswith("."), erreur
        assert erreur["operations"], erreur
    codes = {erreur["code"] for erreur in erreurs}
    assert {"00101", "25003", "00425", "51501", "Student not found", "accès refusé", "429"} <= codes


@pytest.mark.parametrize(
    ("operation", "codes"),
    [
        (
            "lire_statut_v3_par_ine",
            {
                "00101", "00103", "00105", "00100", "00107", "00401", "00406", "25003", "00203", "00210",
                "00212", "00213", "00360", "00429", "25001", "25020", "00500",
            },
        ),
        (
            "retirer_inscription",
            {
                "inscription introuvable", "échec d'authentification", "accès refusé", "trop de requêtes",
                "erreur serveur interne", "service momentanément indisponible",
                # Writing stops during a declared maintenance.
                "service en maintenance",
                # A token in the address.
                "la valeur du paramètre n\'est pas valide",
            },
        ),
    ],
)  # fmt: skip
def test_an_operation_has_the_errors_of_the_contract(client, operation, codes):
    erreurs = lire(client, operation_id=operation)
    assert {erreur["code"] for erreur in erreurs} == codes
    assert all(operation in erreur["operations"] for erreur in erreurs)


def test_an_unknown_operation_is_told(client):
    reponse = client.get(CHEMIN, {"operation_id": "inventee"})
    assert reponse.status_code == 400
    assert orjson.loads(reponse.content)["reason"] == "Invalid parameter: operation_id"


def test_it_is_kept_for_an_hour_and_asked_again_for_nothing(client):
    reponse = client.get(CHEMIN)
    assert reponse["Cache-Control"] == "public, max-age=3600"
    encore = client.get(CHEMIN, headers={"If-None-Match": reponse["ETag"]})
    assert (encore.status_code, encore.content) == (304, b"")


@pytest.mark.django_db
def test_what_it_says_is_what_the_api_answers(client):
    [erreur] = orjson.loads(obtenir(client, INE, {}, fabriques.jeton(expire=True).bearer).content)["errors"]
    [listee] = [une for une in lire(client) if une["code"] == "00103"]
    assert (listee["status"], listee["title"], listee["detail"]) == (401, erreur["title"], erreur["detail"])
