"""`/api/etudiant`: the door of a bouquet of APIs (contract §8)."""

import datetime

import orjson
import pytest
from django.conf import settings
from django.utils import timezone

from referentiel.models import Echange
from tests import fabriques
from tests.api.boucle.aides import appeler, boucle
from tests.api.lecture.appels import lire, obtenir, quota, verifier_v2

pytestmark = pytest.mark.django_db

CHEMIN = "/api/etudiant"
APPELANT = {"X-Caller": "DINUM - 5f0c1a9e"}
IDENTITE = {"nomFamille": "Martin", "prenom1": "Camille", "dateNaissance": "2004-03-27", "sexe": "2"}


@pytest.fixture
def bouquet():
    return fabriques.jeton(bouquet=True).cle | APPELANT


def chercher(client, entetes, corps):
    brut = corps if isinstance(corps, bytes) else orjson.dumps(corps)
    return client.post(CHEMIN, brut, content_type="application/json", headers=entetes)


def inscription(**autres):
    etablissement = fabriques.etablissement(nom="Université de Brest")
    etudiant = fabriques.etudiant(lieu_naissance="29019")
    return fabriques.inscription(
        etudiant=etudiant, etablissement=etablissement, code_commune="29019", **autres
    )


def test_the_answer_has_the_names_and_the_shape_of_the_contract(client, bouquet):
    une = inscription(statut="inscrit", regime="RF4")
    attendu = {
        "ine": une.etudiant.ine,
        "nomFamille": "Martin",
        "prenom": "Camille",
        "dateNaissance": "2004-03-27",
        "inscriptions": [
            {
                "dateDebutInscription": str(une.date_debut),
                "dateFinInscription": str(une.date_fin),
                "statut": "inscrit",
                "regime": "contrat d'apprentissage",
                "codeCommune": "29019",
                "etablissement": {"uai": une.etablissement.uai, "nomEtablissement": "Université de Brest"},
            }
        ],
    }
    par_ine = obtenir(client, CHEMIN, {"INE": une.etudiant.ine.lower()}, bouquet)
    assert (par_ine.status_code, lire(par_ine)) == (200, attendu)
    par_identite = chercher(client, bouquet, IDENTITE | {"lieuNaissance": "29019"})
    assert (par_identite.status_code, lire(par_identite)) == (200, attendu)


@pytest.mark.parametrize(
    ("statut", "regime", "libelle"),
    [
        ("admis", "RF1", "formation initiale"),
        ("inscrit", "RF2", "formation initiale hors apprentissage"),
        ("inscrit", "RF3", "reprise d'études non financée sans convention"),
        ("admis", "RF5", "formation continue"),
        ("inscrit", "RF6", "formation continue hors contrat professionnel"),
        ("inscrit", "RF7", "contrat de professionnalisation"),
    ],
)
def test_every_population_is_open_under_one_of_the_seven_labels(client, bouquet, statut, regime, libelle):
    une = inscription(statut=statut, regime=regime)
    [rendue] = lire(obtenir(client, CHEMIN, {"INE": une.etudiant.ine}, bouquet))["inscriptions"]
    assert (rendue["statut"], rendue["regime"]) == (statut, libelle)


def test_a_person_with_a_single_name_is_found_by_a_blank(client, bouquet):
    """Whatever writing accepts, reading can ask: a front that asks v3 with `prenoms[]=` asks here with a blank."""
    fabriques.inscrit(identite={"nom_naissance": "Sukarnoputri", "prenoms": []})
    demande = IDENTITE | {"nomFamille": "Sukarnoputri", "prenom1": ""}
    corps = lire(chercher(client, bouquet, demande))
    assert (corps["nomFamille"], "prenom" in corps) == ("Sukarnoputri", False)
    inscription()
    verifier_v2(chercher(client, bouquet, IDENTITE | {"prenom1": ""}), 404, "not_found")


def test_each_call_is_journaled_with_whom_it_was_made_for(client, bouquet):
    une = inscription()
    trouve = obtenir(client, CHEMIN, {"INE": une.etudiant.ine}, bouquet)
    perdu = chercher(client, bouquet, IDENTITE | {"nomFamille": "Inconnue"})
    [avec] = Echange.objects.filter(requete=trouve.headers["X-Request-ID"])
    [sans] = Echange.objects.filter(requete=perdu.headers["X-Request-ID"])
    assert (avec.issue, avec.voie, avec.interface) == ("donnees", "ine", "bouquet")
    assert avec.categories == [
        "identite", "ine", "inscription", "statut", "regime", "commune", "etablissement",
    ]  # fmt: skip
    assert (sans.issue, sans.voie, sans.etudiant_id) == ("non_trouve", "identite", None)
    assert {avec.appelant, sans.appelant} == {"DINUM - 5f0c1a9e"}


@pytest.mark.parametrize("appelant", ["", "   ", "x" * 101, "DINUM\u202e42"])
def test_a_call_made_for_nobody_is_refused(client, appelant):
    une = inscription()
    entetes = fabriques.jeton(bouquet=True).cle
    # A header has bytes: what is not Latin-1 arrives as its UTF-8 bytes.
    reponse = obtenir(
        client, CHEMIN, {"INE": une.etudiant.ine}, entetes | {"X-Caller": appelant.encode().decode("latin-1")}
    )
    assert verifier_v2(reponse, 400, "bad_request")["reason"] == "Invalid parameter: X-Caller"
    assert not Echange.objects.exists()


@pytest.mark.parametrize(
    ("corps", "parametre"),
    [
        (IDENTITE | {"nomFamille": ""}, "nomFamille"),
        (IDENTITE | {"nomFamille": ["Martin"]}, "nomFamille"),
        (IDENTITE | {"prenom1": None}, "prenom1"),
        (IDENTITE | {"prenom1": ["Camille"]}, "prenom1"),
        ({cle: valeur for cle, valeur in IDENTITE.items() if cle != "prenom1"}, "prenom1"),
        (IDENTITE | {"dateNaissance": "27/03/2004"}, "dateNaissance"),
        (IDENTITE | {"dateNaissance": "2004-02-30"}, "dateNaissance"),
        (IDENTITE | {"sexe": "F"}, "sexe"),
        (IDENTITE | {"sexe": 2}, "sexe"),
        (IDENTITE | {"lieuNaissance": "Brest"}, "lieuNaissance"),
        ({}, "nomFamille"),
        ([IDENTITE], "corps"),
        (b"", "corps"),
        (b'{"nomFamille": "A", "nomFamille": "B"}', "corps"),
        (b'{"nomFamille": NaN}', "corps"),
        (b"\xff\xfe", "corps"),
        (b'{"nomFamille": "' + b"A" * 20_000 + b'"}', "corps"),
    ],
)
def test_a_body_that_designates_nobody_is_refused_by_the_name_of_what_fails(
    client, bouquet, corps, parametre
):
    reponse = chercher(client, bouquet, corps)
    assert verifier_v2(reponse, 400, "bad_request")["reason"] == f"Invalid parameter: {parametre}"


@pytest.mark.parametrize("ine", ["", "123", "99OOOO1O1DJ"])
def test_a_malformed_ine_is_refused(client, bouquet, ine):
    reponse = obtenir(client, CHEMIN, {"INE": ine}, bouquet)
    assert verifier_v2(reponse, 400, "bad_request")["reason"] == "Invalid parameter: INE"


def test_nobody_found_is_not_found_whatever_the_way(client, bouquet):
    fictif = fabriques.etudiant(fictif=True)
    ancien = inscription(date_debut=datetime.date(2019, 9, 1), date_fin=datetime.date(2020, 8, 31))
    for ine in ("0000000000A", fictif.ine, ancien.etudiant.ine):
        verifier_v2(obtenir(client, CHEMIN, {"INE": ine}, bouquet), 404, "not_found")
    verifier_v2(chercher(client, bouquet, IDENTITE | {"prenom1": "Zoé"}), 404, "not_found")


def test_a_token_of_another_kind_is_told_where_to_go(client):
    for autre in (fabriques.jeton(), fabriques.jeton(bac_a_sable=True), fabriques.jeton(ecriture=True)):
        reponse = obtenir(client, CHEMIN, {"INE": "0000000000A"}, autre.cle | APPELANT)
        assert "/api/v2/etudiants" in verifier_v2(reponse, 401, "access_denied")["message"]


def test_its_quota_is_a_setting_of_its_own(client, bouquet, settings):
    settings.QUOTA_BOUQUET_PAR_SECONDE = 2
    une = inscription()
    premier = obtenir(client, CHEMIN, {"INE": une.etudiant.ine}, bouquet)
    assert quota(premier)[:2] == (2, 1)
    obtenir(client, CHEMIN, {"INE": une.etudiant.ine}, bouquet)
    assert obtenir(client, CHEMIN, {"INE": une.etudiant.ine}, bouquet).status_code == 429


def test_by_default_it_is_two_hundred_calls_a_second():
    assert settings.QUOTA_BOUQUET_PAR_SECONDE == 200


@pytest.mark.django_db(transaction=True)
def test_the_loop_answers_a_body_as_django_does(client):
    inscription()
    entetes = fabriques.jeton(bouquet=True).cle | APPELANT
    attendue = chercher(client, entetes, IDENTITE)

    async def scenario(application):
        recue = await appeler(application, CHEMIN, {}, entetes, methode="POST", corps=orjson.dumps(IDENTITE))
        trop = await appeler(application, CHEMIN, {}, entetes, methode="POST", corps=b"x" * 100_000)
        return recue, trop

    recue, trop = boucle(scenario)
    assert (recue.statut, recue.corps) == (200, attendue.content)
    assert (trop.statut, orjson.loads(trop.corps)["error"]) == (400, "bad_request")
    assert Echange.objects.filter(interface="bouquet").count() == 2
    assert timezone.now() - Echange.objects.latest("instant").instant < datetime.timedelta(minutes=5)
