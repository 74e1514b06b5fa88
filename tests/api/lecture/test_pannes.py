"""When things break: a bug, the database away, a declared maintenance. JSON in the shape of the family, always."""

import datetime

import pytest
from django.db import DataError, connection
from django.utils import timezone

from statut_etudiant.api.surveillance import vue as surveillance
from statut_etudiant.api.v2 import introspection
from statut_etudiant.api.v2 import vue as v2
from statut_etudiant.api.v3 import vue as v3
from tests import fabriques
from tests.api.lecture.appels import (
    IDENTITE,
    INE,
    INTROSPECT,
    PAR_IDENTITE_V3,
    V2,
    lire,
    obtenir,
    par_ine,
    verifier_v2,
    verifier_v3,
)
from tests.api.pannes import base_absente
from tests.proprietaire import en_proprietaire

PING = "/api/mesri_statut_etudiant_ine/ping"
VUES = [
    (V2, v2.EtudiantsV2),
    (INE, v3.StatutV3ParIne),
    (IDENTITE, v3.StatutV3ParIdentite),
    (INTROSPECT, introspection.Introspection),
    ("/api/ping", surveillance.Ping),
]


@pytest.mark.parametrize(("chemin", "vue"), VUES)
@pytest.mark.parametrize("leve", [ValueError, KeyError, DataError, RecursionError, UnicodeError("x", 1)])
def test_a_bug_is_a_500_that_says_nothing_of_what_happened(client, monkeypatch, chemin, vue, leve):
    def tomber(*_: object) -> None:
        if isinstance(leve, Exception):
            raise leve
        raise leve("CANARI du détail")

    monkeypatch.setattr(vue, "get", tomber)
    reponse = obtenir(client, chemin, {})
    if chemin.startswith("/v3"):
        verifier_v3(reponse, 500, "00500")
    else:
        assert verifier_v2(reponse, 500, "error")["reason"] == "Internal server error"
    assert b"CANARI" not in reponse.content
    assert reponse.headers["X-Request-ID"]
    assert reponse.headers["Cache-Control"] == "no-store"
    assert reponse.headers["X-Content-Type-Options"] == "nosniff"


def test_the_database_away_then_back_is_served_again(client, donnees_validees):
    emis, parametres = fabriques.jeton(), par_ine(fabriques.inscrit().ine)
    assert obtenir(client, INE, parametres, emis.bearer).status_code == 200
    with base_absente():
        for chemin, demande in ((INE, parametres), (IDENTITE, PAR_IDENTITE_V3), (INE, {})):
            reponse = obtenir(client, chemin, demande, emis.bearer)
            [erreur] = verifier_v3(reponse, 503, "25001")
            assert erreur["meta"] == {"provider": "MESRI", "retry_in": int(reponse.headers["Retry-After"])}
        for chemin in (V2, INTROSPECT):
            reponse = obtenir(client, chemin, parametres, emis.cle)
            verifier_v2(reponse, 503, "data_provider_error")
            assert int(reponse.headers["Retry-After"]) >= 1
        assert obtenir(client, "/api/ping", {}).status_code == 200
        reponse = obtenir(client, PING, {})
        assert (reponse.status_code, lire(reponse)["status"]) == (502, "bad_gateway")
        assert obtenir(client, "/sante/vivant", {}).status_code == 200
        assert obtenir(client, "/sante/pret", {}).status_code == 503
    assert obtenir(client, INE, parametres, emis.bearer).status_code == 200
    assert lire(obtenir(client, PING, {}))["status"] == "ok"


def test_a_restart_of_postgresql_between_two_calls_is_not_seen(client, donnees_validees):
    emis, parametres = fabriques.jeton(), par_ine(fabriques.inscrit().ine)
    assert obtenir(client, INE, parametres, emis.bearer).status_code == 200
    with connection.copy().cursor() as autre:
        autre.execute("SET ROLE NONE")
        autre.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        autre.connection.close()
    assert obtenir(client, INE, parametres, emis.bearer).status_code == 200


def test_without_a_partition_of_the_journal_no_data_leave(client, donnees_validees):
    """The journal's row cannot be written: the answer must not leave."""
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()
    with en_proprietaire() as curseur:
        curseur.execute("ALTER TABLE referentiel_echange RENAME TO referentiel_echange_ailleurs")
    try:
        reponse = obtenir(client, INE, par_ine(etudiant.ine), emis.bearer)
    finally:
        with en_proprietaire() as curseur:
            curseur.execute("ALTER TABLE referentiel_echange_ailleurs RENAME TO referentiel_echange")
    # A table that is missing is a structure being updated.
    verifier_v3(reponse, 503, "25020")
    assert int(reponse.headers["Retry-After"]) >= 1


@pytest.mark.django_db
def test_a_declared_maintenance_is_a_503(client, settings):
    settings.MAINTENANCE_JUSQUA = (timezone.now() + datetime.timedelta(minutes=10)).isoformat()
    emis, parametres = fabriques.jeton(), par_ine(fabriques.inscrit().ine)
    for chemin in (INE, IDENTITE):
        reponse = obtenir(client, chemin, parametres, emis.bearer)
        [erreur] = verifier_v3(reponse, 503, "25020")
        assert 590 < int(reponse.headers["Retry-After"]) <= 600
        assert erreur["meta"] == {"provider": "MESRI", "retry_in": int(reponse.headers["Retry-After"])}
    reponse = obtenir(client, V2, parametres, emis.cle)
    verifier_v2(reponse, 503, "data_provider_error")
    assert 590 < int(reponse.headers["Retry-After"]) <= 600
    reponse = obtenir(client, PING, {})
    assert (reponse.status_code, lire(reponse)["status"]) == (200, "maintenance")


@pytest.mark.django_db
def test_a_maintenance_that_is_over_is_a_503_no_more(client, settings):
    settings.MAINTENANCE_JUSQUA = (timezone.now() - datetime.timedelta(seconds=1)).isoformat()
    emis, parametres = fabriques.jeton(), par_ine(fabriques.inscrit().ine)
    assert obtenir(client, INE, parametres, emis.bearer).status_code == 200
    assert lire(obtenir(client, PING, {}))["status"] == "ok"
