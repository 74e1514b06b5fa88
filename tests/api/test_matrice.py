"""Who may call what: every route of the API, every method it serves, every kind of caller.

The table is the documentation. A route or a method that is not in it fails the test.
"""

import datetime
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.urls import get_resolver

from referentiel.models import Lot
from statut_etudiant.api.porte import methodes_servies
from statut_etudiant.api.vues import PUBLIC
from tests import fabriques
from tests.api.lecture.appels import PAR_IDENTITE_V3, RECIPIENT, par_ine

# The three deaths of a token, and the wrong address, are tried on the kind that the route is made for. « autre » is
# a writing token for another establishment. Real tokens ask for a real student, and sandbox tokens for the same one.
APPELANTS = (
    "personne", "inconnu", "expiré", "révoqué", "habilitation révoquée", "ailleurs",
    "lecture", "masques seuls", "écriture", "autre écriture", "bac à sable lecture", "bac à sable écriture", "bouquet",
    # An editor to whom the organisation called for delegates, and one to whom nobody does.
    "éditeur", "éditeur seul",
)  # fmt: skip

# fmt: off
MATRICE = {
    #        pers. inc. exp. rév. hab. aill. lect. masq. écr. autre bac-l bac-é bouq. éd. seul
    ("GET", "api/v2/etudiants"):
            (401, 401, 401, 401, 401, 403,  200,  401,  401, 401,  404,  401, 401, 200, 403),
    ("GET", "v3/mesri/statut_etudiant/ine"):
            (401, 401, 401, 401, 401, 403,  200,  403,  403, 403,  404,  403, 403, 200, 403),
    ("GET", "v3/mesri/statut_etudiant/identite"):
            (401, 401, 401, 401, 401, 403,  200,  403,  403, 403,  404,  403, 403, 200, 403),
    # A FranceConnect access token is wanted there: none of ours is one.
    ("GET", "v3/mesri/statut_etudiant/france_connect"):
            (401, 401, 401, 401, 401, 401,  401,  401,  401, 401,  401,  401, 401, 401, 401),
    ("POST", "api/inscription"):
            (401, 401, 401, 401, 401, 403,  401,  401,  200, 403,  401,  404, 401, 401, 401),
    ("DELETE", "api/inscription/<str:id_inscription>"):
            (401, 401, 401, 401, 401, 403,  401,  401,  200, 404,  401,  404, 401, 401, 401),
    ("GET", "api/inscriptions"):
            (401, 401, 401, 401, 401, 403,  401,  401,  200, 200,  401,  200, 401, 401, 401),
    ("POST", "api/inscriptions"):
            (401, 401, 401, 401, 401, 403,  401,  401,  202, 202,  401,  202, 401, 401, 401),
    ("GET", "api/lots/<str:cle>"):
            (401, 401, 401, 401, 401, 403,  401,  401,  200, 404,  401,  404, 401, 401, 401),
    ("GET", "api/introspect"):
            (401, 401, 401, 401, 401, 403,  200,  200,  200, 200,  200,  200, 200, 200, 200),
    ("GET", "v3/token/introspect"):
            (401, 401, 401, 401, 401, 403,  200,  200,  200, 200,  200,  200, 200, 200, 200),
    ("GET", "api/etudiant"):
            (401, 401, 401, 401, 401, 403,  401,  401,  401, 401,  401,  401, 200, 401, 401),
    ("POST", "api/etudiant"):
            (401, 401, 401, 401, 401, 403,  401,  401,  401, 401,  401,  401, 200, 401, 401),
    ("GET", "editeur/api/v1/delegations"):
            (401, 401, 401, 401, 401, 403,  403,  403,  403, 403,  403,  403, 403, 200, 200),
    # An organisation's key opens them (`tests/api/organisation`): no token is one.
    ("GET", "api/v1/demandes"):
            (401, 401, 401, 401, 401, 401,  401,  401,  401, 401,  401,  401, 401, 401, 401),
    ("POST", "api/v1/demandes"):
            (401, 401, 401, 401, 401, 401,  401,  401,  401, 401,  401,  401, 401, 401, 401),
    ("GET", "api/v1/demandes/<str:numero>"):
            (401, 401, 401, 401, 401, 401,  401,  401,  401, 401,  401,  401, 401, 401, 401),
    ("GET", "api/v1/habilitations"):
            (401, 401, 401, 401, 401, 401,  401,  401,  401, 401,  401,  401, 401, 401, 401),
    ("GET", "api/v1/habilitations/<str:numero>"):
            (401, 401, 401, 401, 401, 401,  401,  401,  401, 401,  401,  401, 401, 401, 401),
    ("GET", "api/v1/evenements"):
            (401, 401, 401, 401, 401, 401,  401,  401,  401, 401,  401,  401, 401, 401, 401),
    ("GET", "api/etablissements"):        PUBLIC,
    ("GET", "api/errors"):                PUBLIC,
    ("GET", "api/open-api-v2.yml"):       PUBLIC,
    ("GET", "api/open-api-v3.yml"):       PUBLIC,
    ("GET", "api/open-api-ecriture.yml"): PUBLIC,
    ("GET", "api/open-api-organisation.yml"): PUBLIC,
    ("GET", "api/france-connect/open-api.yml"): PUBLIC,
    ("GET", "api/open-api.yml"):          PUBLIC,
    ("GET", "api/france_connect_jwks"):   PUBLIC,
    ("GET", "api/ping"):                  PUBLIC,
    ("GET", "api/pings"):                 PUBLIC,
    ("GET", "api/mesri_statut_etudiant_ine/ping"):      PUBLIC,
    ("GET", "api/mesri_statut_etudiant_identite/ping"): PUBLIC,
    # Monitors ask for no body.
    ("HEAD", "api/ping"):                 PUBLIC,
    ("HEAD", "api/pings"):                PUBLIC,
    ("HEAD", "api/mesri_statut_etudiant_ine/ping"):      PUBLIC,
    ("HEAD", "api/mesri_statut_etudiant_identite/ping"): PUBLIC,
}
# fmt: on

ROUTES = {str(motif.pattern): motif for motif in get_resolver("statut_etudiant.api.urls").url_patterns}


def servies() -> set[tuple[str, str]]:
    return {
        (methode, route)
        for route, motif in ROUTES.items()
        for methode in methodes_servies(SimpleNamespace(func=motif.callback))
    }


def test_the_matrix_is_that_of_the_routes():
    assert servies() == set(MATRICE)


def test_what_the_matrix_calls_public_is_public_in_the_code():
    for (_, route), attendus in MATRICE.items():
        assert (ROUTES[route].callback.cls.acces == PUBLIC) is (attendus is PUBLIC)


@pytest.fixture
def monde(db) -> SimpleNamespace:
    """A student enrolled by an establishment, a batch of that establishment."""
    inscription = fabriques.inscription()
    proprietaire = fabriques.jeton(ecriture=True, uais=[inscription.etablissement.uai])
    lot = Lot.objects.create(
        canal="api",
        format="json",
        sha256="0" * 64,
        taille=2,
        jeton_id=proprietaire.jeton.pk,
        uais=[inscription.etablissement.uai],
    )
    return SimpleNamespace(inscription=inscription, proprietaire=proprietaire, lot=lot)


def emettre(appelant: str, route: str, monde: SimpleNamespace) -> dict[str, str]:
    """The headers of this caller."""
    uai = monde.inscription.etablissement.uai
    ecriture = ROUTES[route].callback.cls.acces == "jeton d'écriture"
    faite_pour: dict[str, Any] = {"ecriture": True, "uais": [uai]} if ecriture else {}
    match appelant:
        case "personne":
            return {}
        case "inconnu":
            return {"X-Api-Key": "ase_l_" + "A" * 49}
        case "expiré":
            return fabriques.jeton(expire=True, **faite_pour).cle
        case "révoqué":
            return fabriques.jeton(revoque=True, **faite_pour).cle
        case "habilitation révoquée":
            return fabriques.jeton(habilitation_revoquee=True, **faite_pour).cle
        case "ailleurs":
            return fabriques.jeton(adresses=["192.0.2.0/24"], **faite_pour).cle
        case "lecture":
            return fabriques.jeton().cle
        case "masques seuls":
            return fabriques.jeton("mesri_identite", "mesri_etablissements").cle
        case "écriture":
            return monde.proprietaire.cle
        case "autre écriture":
            return fabriques.jeton(ecriture=True, uais=[fabriques.etablissement().uai]).cle
        case "bac à sable lecture":
            return fabriques.jeton(bac_a_sable=True).cle
        case "bac à sable écriture":
            fictif = fabriques.etablissement(fictif=True)
            return fabriques.jeton(bac_a_sable=True, ecriture=True, uais=[fictif.uai]).cle
        case "bouquet":
            return fabriques.jeton(bouquet=True).cle
        case "éditeur" | "éditeur seul":
            editeur = fabriques.editeur()
            if appelant == "éditeur":
                fabriques.delegation(editeur, organisation=fabriques.organisation(siret=RECIPIENT))
            return fabriques.jeton_d_editeur(editeur).cle
    raise AssertionError(appelant)


def appeler(client, methode: str, route: str, monde: SimpleNamespace, entetes: dict[str, str]):
    inscription = monde.inscription
    etudiant = inscription.etudiant
    chemin = "/" + route.replace("<str:id_inscription>", str(inscription.pk)).replace(
        "<str:cle>", str(monde.lot.cle)
    )
    if route == "api/etudiant":
        entetes = {"X-Caller": "DINUM - 42", **entetes}
        if methode == "GET":
            return client.get(chemin, {"INE": etudiant.ine}, headers=entetes)
        identite = {
            "nomFamille": "Martin",
            "prenom1": "Camille",
            "dateNaissance": "2004-03-27",
            "sexe": "2",
        }
        corps = orjson.dumps(identite)
        return client.post(chemin, corps, content_type="application/json", headers=entetes)
    if methode == "GET":
        parametres = {
            "identite": PAR_IDENTITE_V3,
            "inscriptions": {},
            "etablissements": {},
            "errors": {},
            "introspect": {},
            "delegations": {},
            "<str:cle>": {},
        }
        return client.get(
            chemin, parametres.get(route.rpartition("/")[2], par_ine(etudiant.ine)), headers=entetes
        )
    ligne = {
        "ine": etudiant.ine,
        "dateNaissance": "2004-03-27",
        "uai": inscription.etablissement.uai,
        "dateDebutInscription": str(inscription.date_debut),
        "dateFinInscription": str(inscription.date_fin + datetime.timedelta(days=1)),
        "statut": "inscrit",
    }
    corps = orjson.dumps([ligne] if route == "api/inscriptions" else ligne)
    return client.generic(methode, chemin, corps, content_type="application/json", headers=entetes)


@pytest.mark.parametrize("appelant", APPELANTS)
@pytest.mark.parametrize(("methode", "route"), MATRICE)
def test_each_role_gets_what_the_matrix_says(client, monde, methode, route, appelant):
    attendus = MATRICE[methode, route]
    attendu = 200 if attendus is PUBLIC else attendus[APPELANTS.index(appelant)]
    reponse = appeler(client, methode, route, monde, emettre(appelant, route, monde))
    assert reponse.status_code == attendu, reponse.content
    if attendu >= 400:
        # What is refused says nothing of what is there.
        for secret in (monde.inscription.etudiant.ine, "Martin", "2004-03-27"):
            assert secret.encode() not in reponse.content


def test_a_token_of_another_establishment_sees_nothing(client, monde):
    """His list is his: 200, and empty."""
    for appelant in ("autre écriture", "bac à sable écriture"):
        entetes = emettre(appelant, "api/inscriptions", monde)
        reponse = appeler(client, "GET", "api/inscriptions", monde, entetes)
        assert orjson.loads(reponse.content) == {"inscriptions": []}


@pytest.mark.parametrize(
    ("methode", "route", "absent"),
    [
        ("DELETE", "api/inscription/<str:id_inscription>", "/api/inscription/999999999"),
        ("GET", "api/lots/<str:cle>", "/api/lots/00000000-0000-4000-8000-000000000000"),
    ],
)
def test_another_s_object_answers_like_an_absent_one(client, monde, methode, route, absent):
    entetes = emettre("autre écriture", route, monde)
    reponses = [
        appeler(client, methode, route, monde, entetes),
        client.generic(methode, absent, headers=entetes),
    ]
    corps = [orjson.loads(reponse.content) for reponse in reponses]
    for un in corps:
        un.pop("uid")
    assert corps[0] == corps[1]
    assert reponses[0].headers.keys() == reponses[1].headers.keys()


@pytest.mark.parametrize("route", ROUTES)
def test_methods_outside_the_matrix_are_refused(client, monde, route):
    """Even to those who hold every right, and without the request being read."""
    admises = [methode for methode, une in MATRICE if une == route]
    for methode in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
        if methode in admises:
            continue
        reponse = client.generic(methode, "/" + route, headers=monde.proprietaire.cle)
        assert reponse.status_code == 405
        assert sorted(reponse.headers["Allow"].split(", ")) == sorted(admises)
