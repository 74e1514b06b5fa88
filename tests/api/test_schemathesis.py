"""Calls invented from the OpenAPI document: none breaks the server, each answer is what the document says."""

import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from habilitations.integrateurs import cles
from habilitations.jetons.emission import emettre
from habilitations.models import CleApi, Habilitation
from habilitations.scopes import CATALOGUE
from referentiel.calendrier import debut_annee_universitaire
from referentiel.pilotage.couverture import rafraichir
from referentiel.tasks import traiter_lots
from statut_etudiant.management.commands.open_api import COPIES
from statut_etudiant.wsgi import application
from tests.api.ecriture.aides import (
    INE,
    TOULOUSE,
    creer_etablissement,
    creer_jeton,
    creer_organisation,
    enregistrement,
)
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

load_all_checks()
VERIFICATIONS = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "unsupported_method",
    ]
)

OPERATIONS = [
    (methode, chemin)
    for chemin, par_methode in yaml.safe_load((COPIES / "open-api.yml").read_bytes())["paths"].items()
    for methode in par_methode
]
REGLAGES = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def dans_la_transaction(db):
    """Django's own test client keeps the test's transaction open from call to call; this one is not it."""
    signaux = (request_started, request_finished)
    for signal in signaux:
        signal.disconnect(close_old_connections)
    yield
    for signal in signaux:
        signal.connect(close_old_connections)


@pytest.fixture
def document(dans_la_transaction):
    return schemathesis.openapi.from_wsgi("/api/open-api.yml", application)


@pytest.fixture
def jetons(db):
    """From the beginning of a path to the token that opens it."""
    creer_etablissement(TOULOUSE)
    organisation = creer_organisation()
    scopes = [scope.nom for scope in CATALOGUE]
    habilitation = Habilitation.objects.create(
        type="lecture",
        organisation=organisation,
        intitule="Essais",
        scopes=scopes,
        quota_par_seconde=1000,
    )
    _, lecture = emettre(organisation=organisation, type_="l", habilitation=habilitation, scopes=scopes)
    ecriture = creer_jeton(TOULOUSE)
    # What is written in this transaction is no event for others yet: `organisation/test_evenements` tells them.
    qui = scenes.demandeur(organisation)
    scenes.demande("validee", acteur=qui)
    cle = cles.creer(
        acteur=qui, organisation=organisation, libelle="Essais", portees=CleApi.Portee.values, jours=30
    )
    return {"/api/v1/": cle.valeur, "/api/inscription": ecriture, "/api/lots": ecriture, "/": lecture}


@pytest.mark.parametrize(("methode", "chemin"), OPERATIONS)
def test_generated_calls_keep_the_contract(methode, chemin, document, jetons):
    operation = document[chemin][methode]
    jeton = next(jeton for debut, jeton in jetons.items() if chemin.startswith(debut))

    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def valides(case):
        appeler(case, jeton)

    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def invalides(case):
        appeler(case, jeton)

    settings(REGLAGES, max_examples=20)(valides)()
    if "parameters" in operation.definition.raw or "requestBody" in operation.definition.raw:
        settings(REGLAGES, max_examples=20)(invalides)()


def appeler(case, jeton):
    verifications = VERIFICATIONS
    if "france_connect" in case.path:
        # FranceConnect is out of reach from the tests, which the document says: 503.
        verifications = [une for une in VERIFICATIONS if une.__name__ != "not_a_server_error"]
    else:
        case.headers["X-Api-Key"] = jeton
        case.headers.pop("Authorization", None)
    return case.call_and_validate(checks=verifications)


def test_successes_are_those_of_the_document(document, jetons):
    """What invention hardly reaches: the answers that give something."""
    debut = debut_annee_universitaire(timezone.localdate())
    fin = debut.replace(year=debut.year + 1, month=8, day=31)
    dates = {"dateDebutInscription": debut.isoformat(), "dateFinInscription": fin.isoformat()}
    identite = {"nomNaissance": "Le Goff", "prenoms": ["Anne-Marie"], "sexe": "F"}
    corps = enregistrement(**dates, codeCommune="31400", cursus="L", diplome="Droit", identite=identite)

    def reussir(methode, chemin, statut=200, **parametres):
        operation = document[chemin][methode]
        jeton = next(jeton for debut, jeton in jetons.items() if chemin.startswith(debut))
        response = appeler(operation.Case(**parametres), jeton)
        assert response.status_code == statut, response.text
        return response.json()

    def ecrire(chemin, corps, statut=200):
        return reussir("post", chemin, statut, body=corps, media_type="application/json")

    ecrite = ecrire("/api/inscription", corps)
    assert ecrite["avis"]
    lot = ecrire("/api/inscriptions", [corps, {"ine": "?"}, corps | {"statut": "admis"}], 202)["lot"]
    traiter_lots()
    rafraichir(aujourdhui=timezone.localdate())
    for niveau in ("rejet", "avis"):
        suivi = reussir(
            "get",
            "/api/lots/{cle}",
            path_parameters={"cle": lot["id"]},
            query={"niveau": niveau, "limite": 1},
        )
        assert suivi["suivant"]
    assert reussir("get", "/api/inscriptions")["inscriptions"]
    assert reussir("get", "/api/etablissements")["etablissements"]
    reussir("get", "/api/introspect")
    assert reussir("get", "/api/v2/etudiants", query={"ine": INE})["inscriptions"]
    recipient = {"recipient": "13002526500013"}
    assert reussir("get", "/v3/mesri/statut_etudiant/ine", query={"ine": INE, **recipient})["data"]
    naissance = {"anneeDateNaissance": 2004, "moisDateNaissance": 3, "jourDateNaissance": 27}
    nom = {"nomNaissance": "Le Goff", "prenoms[]": ["Anne-Marie"], "sexeEtatCivil": "F"}
    assert reussir("get", "/v3/mesri/statut_etudiant/identite", query={**nom, **naissance, **recipient})[
        "data"
    ]
    id_ = {"id_inscription": ecrite["inscription"]["id_inscription"]}
    assert reussir("delete", "/api/inscription/{id_inscription}", path_parameters=id_)
