"""The exchange journal: one committed row an answer, before the answer leaves, and nothing personal in it."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from referentiel.enonces_prepares import executer
from referentiel.models import Echange
from tests import fabriques
from tests.api.lecture.appels import (
    IDENTITE,
    INE,
    INTROSPECT,
    PAR_IDENTITE_V2,
    PAR_IDENTITE_V3,
    RECIPIENT,
    V2,
    obtenir,
    par_ine,
)


def lignes(reponse) -> list[Echange]:
    return list(Echange.objects.filter(requete=reponse.headers["X-Request-ID"]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chemin", "parametres", "interface", "voie", "recipient"),
    [
        (V2, None, "v2", "ine", RECIPIENT),
        (V2, PAR_IDENTITE_V2, "v2", "identite", ""),
        (INE, None, "v3", "ine", RECIPIENT),
        (IDENTITE, PAR_IDENTITE_V3, "v3", "identite", RECIPIENT),
    ],
)
def test_an_answer_with_data_has_its_row(client, chemin, parametres, interface, voie, recipient):
    etudiant, emis = fabriques.inscrit(), fabriques.jeton("mesri_inscription_etudiant", "mesri_identite")
    reponse = obtenir(client, chemin, parametres or par_ine(etudiant.ine), emis.cle)
    assert reponse.status_code == 200
    [ligne] = lignes(reponse)
    attendu = {
        "issue": "donnees",
        "jeton_id": emis.jeton.pk,
        "habilitation_id": emis.jeton.habilitation_id,
        "organisation": emis.jeton.organisation.nom,
        "siret": emis.jeton.organisation.siret,
        "recipient": recipient,
        "interface": interface,
        "voie": voie,
        "etudiant_id": etudiant.pk,
        "categories": ["identite", "inscription", "statut", "regime"],
    }
    assert {nom: getattr(ligne, nom) for nom in attendu} == attendu
    # The test's transaction began before the token was made: its clock is a little behind.
    assert abs(ligne.instant - emis.jeton.cree_le) < timedelta(minutes=1)


@pytest.mark.django_db
def test_a_student_not_found_leaves_the_outcome_only(client):
    """Whoever reads the journal cannot tell a student out of the populations from one who is not there."""
    etudiant, emis = fabriques.inscrit(), fabriques.jeton("mesri_admission")
    hors_population = obtenir(client, INE, par_ine(etudiant.ine), emis.bearer)
    absent = obtenir(client, INE, par_ine(fabriques.ine()), emis.bearer)
    communs = []
    for reponse in (hors_population, absent):
        assert reponse.status_code == 404
        [ligne] = lignes(reponse)
        assert (ligne.issue, ligne.etudiant_id, ligne.categories) == ("non_trouve", None, [])
        communs.append((ligne.jeton_id, ligne.voie, ligne.recipient, ligne.siret))
    assert communs[0] == communs[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("situation", "parametres"),
    [
        ({}, {"ine": "x"}),
        ({}, {}),
        ({"expire": True}, None),
        ({"revoque": True}, None),
        ({"ecriture": True}, None),
        ({"adresses": ["192.0.2.1/32"]}, None),
    ],
)
def test_a_refusal_is_not_an_exchange(client, situation, parametres):
    emis = fabriques.jeton(**situation)
    demande = par_ine(fabriques.inscrit().ine) if parametres is None else parametres
    for chemin in (V2, INE, INTROSPECT):
        assert lignes(obtenir(client, chemin, demande, emis.cle)) == []


@pytest.mark.django_db
def test_the_row_holds_no_name_no_ine_no_birth_and_no_token(client):
    etudiant = fabriques.inscrit(
        identite={"nom_naissance": "Canarinom", "prenoms": ["Canariprenom"], "ine": "9876543210Z"}
    )
    emis = fabriques.jeton()
    reponse = obtenir(client, INE, par_ine(etudiant.ine), emis.bearer)
    [(texte,)] = executer(
        "SELECT e::text FROM referentiel_echange e WHERE requete = %s", [reponse.headers["X-Request-ID"]]
    )
    assert emis.jeton.organisation.siret in texte
    for canari in ("canari", "9876543210", "2004", "31555", emis.secret[10:20].lower()):
        assert canari not in texte.lower().replace(str(emis.jeton.cree_le.year), "")


def test_the_row_is_committed_before_the_answer_leaves(client, donnees_validees):
    """Another connection sees the row as soon as the answer is there: nothing is left to commit."""
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()
    parametres = connection.get_connection_params()
    parametres = {
        cle: parametres[cle] for cle in ("dbname", "user", "password", "host", "port") if cle in parametres
    }
    with psycopg.connect(**parametres, autocommit=True) as autre:
        for demande, issue in ((par_ine(etudiant.ine), "donnees"), (par_ine(fabriques.ine()), "non_trouve")):
            reponse = obtenir(client, INE, demande, emis.bearer)
            vues = autre.execute(
                "SELECT issue FROM referentiel_echange WHERE requete = %s", [reponse.headers["X-Request-ID"]]
            ).fetchall()
            assert vues == [(issue,)]
