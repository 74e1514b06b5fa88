"""`GET /v3/mesri/statut_etudiant/identite`, against the tables of contract §3."""

import pytest

from tests import fabriques
from tests.api.lecture.appels import (
    FRANCE_CONNECT,
    IDENTITE,
    INE,
    PAR_IDENTITE_V3,
    RECIPIENT,
    lire,
    obtenir,
    par_ine,
    quota,
    sans,
    verifier_v3,
)

pytestmark = pytest.mark.django_db

LIEU = ("nomCommuneNaissance", "codeCogInseeDepartementNaissance")


def test_by_identity_the_answer_is_the_same_as_by_ine(client):
    etudiant, jeton = fabriques.inscrit(), fabriques.jeton()
    reponse = obtenir(client, IDENTITE, PAR_IDENTITE_V3, jeton.bearer)
    assert reponse.status_code == 200
    assert reponse.content == obtenir(client, INE, par_ine(etudiant.ine), jeton.bearer).content


@pytest.mark.parametrize(
    "changes",
    [
        {"prenoms[]": ["Camille", "Dominique"]},
        {"moisDateNaissance": "03", "jourDateNaissance": "27"},
        {"sexeEtatCivil": "f"},
        {"codeCogInseeCommuneNaissance": "31555"},
        dict(zip(LIEU, ("Toulouse", "31"), strict=True)),
        {"codeCogInseePaysNaissance": "99100", "nomUsage": "Petit", "codePostal": "x"},
    ],
)
def test_ecritures_admises(client, changes):
    fabriques.inscrit()
    reponse = obtenir(client, IDENTITE, PAR_IDENTITE_V3 | changes, fabriques.jeton().bearer)
    assert reponse.status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"nomNaissance": "Martine"},
        {"prenoms[]": ["Andrea", "Camille"]},
        {"jourDateNaissance": "28"},
        {"sexeEtatCivil": "M"},
        {"codeCogInseeCommuneNaissance": "75056"},
        {"codeCogInseeCommuneNaissance": "99350"},
        dict(zip(LIEU, ("Blagnac", "31"), strict=True)),
    ],
)
def test_with_one_wrong_criterion_nobody_is_found(client, changes):
    fabriques.inscrit()
    reponse = obtenir(client, IDENTITE, PAR_IDENTITE_V3 | changes, fabriques.jeton().bearer)
    [erreur] = verifier_v3(reponse, 404, "25003")
    assert erreur["meta"] == {"provider": "MESRI"}


@pytest.mark.parametrize(
    ("parametre", "valeur", "code"),
    [
        ("nomNaissance", None, "00420"),
        ("nomNaissance", "", "00420"),
        ("nomNaissance", "12", "00420"),
        ("prenoms[]", None, "00421"),
        ("prenoms[]", "<b>", "00421"),
        ("anneeDateNaissance", None, "00422"),
        ("anneeDateNaissance", "04", "00422"),
        ("moisDateNaissance", None, "00423"),
        ("moisDateNaissance", "13", "00423"),
        ("jourDateNaissance", None, "00424"),
        ("jourDateNaissance", "0", "00424"),
        ("jourDateNaissance", "２７", "00424"),
        ("moisDateNaissance", "2", "00425"),  # with the 30th below
        ("anneeDateNaissance", "1899", "00425"),
        ("anneeDateNaissance", "9999", "00425"),
        ("sexeEtatCivil", None, "00427"),
        ("sexeEtatCivil", "X", "00427"),
        ("codeCogInseeCommuneNaissance", "2C123", "00365"),
    ],
)
def test_parametre_refuse(client, parametre, valeur, code):
    parametres = PAR_IDENTITE_V3 | {"jourDateNaissance": "30"}
    parametres = sans(parametres, parametre) if valeur is None else parametres | {parametre: valeur}
    [erreur] = verifier_v3(obtenir(client, IDENTITE, parametres, fabriques.jeton().bearer), 422, code)
    assert "source" not in erreur
    assert erreur["meta"] == {}


def test_prenoms_without_brackets_is_malformed(client):
    parametres = sans(PAR_IDENTITE_V3, "prenoms[]") | {"prenoms": "Camille"}
    verifier_v3(obtenir(client, IDENTITE, parametres, fabriques.jeton().bearer), 422, "00421")


def test_all_errors_are_answered_together_in_order(client):
    reponse = obtenir(
        client,
        IDENTITE,
        {"recipient": RECIPIENT, "codeCogInseeCommuneNaissance": "?"},
        fabriques.jeton().bearer,
    )
    verifier_v3(reponse, 422, "00420", "00421", "00422", "00427", "00365")


@pytest.mark.parametrize(
    ("commune", "departement"),
    [("Brigadoon", "31"), ("Toulouse", "32"), ("\u202e", "31"), ("A" * 10_000, "31")],
)
def test_a_commune_without_a_code_is_not_found(client, commune, departement):
    parametres = PAR_IDENTITE_V3 | dict(zip(LIEU, (commune, departement), strict=True))
    [erreur] = verifier_v3(obtenir(client, IDENTITE, parametres, fabriques.jeton().bearer), 404, "01003")
    assert erreur["meta"] == {}
    assert "source" not in erreur


def test_the_code_prevails_over_the_name_of_the_commune(client):
    fabriques.inscrit()
    parametres = PAR_IDENTITE_V3 | {"codeCogInseeCommuneNaissance": "31555"} | dict.fromkeys(LIEU, "?")
    assert obtenir(client, IDENTITE, parametres, fabriques.jeton().bearer).status_code == 200


def test_the_recipient_is_checked_before_the_other_parameters(client):
    reponse = obtenir(client, IDENTITE, {"nomNaissance": "1"}, fabriques.jeton().bearer)
    [erreur] = verifier_v3(reponse, 422, "00203")
    assert erreur["source"] == {"parameter": "recipient"}


def test_the_api_key_is_worth_the_bearer(client):
    fabriques.inscrit()
    jeton = fabriques.jeton()
    reponse = obtenir(client, IDENTITE, PAR_IDENTITE_V3, jeton.cle)
    assert reponse.status_code == 200
    assert quota(reponse)[:2] == (20, 19)


def test_the_answer_never_holds_the_ine(client):
    etudiant = fabriques.inscrit()
    jeton = fabriques.jeton(*fabriques.SCOPES_DE_SEMENCE, "mesri_admissions")
    reponse = obtenir(client, IDENTITE, PAR_IDENTITE_V3, jeton.bearer)
    assert lire(reponse)["data"]["identite"]
    assert etudiant.ine.encode() not in reponse.content


def test_our_tokens_do_not_open_france_connect(client):
    etudiant, jeton = fabriques.inscrit(), fabriques.jeton()
    for entetes in (jeton.bearer, jeton.cle, {}):
        reponse = obtenir(client, FRANCE_CONNECT, {"recipient": RECIPIENT}, entetes)
        assert reponse.status_code in {401, 503}
        assert etudiant.ine.encode() not in reponse.content
        assert "RateLimit-Limit" not in reponse.headers
    verifier_v3(reponse, 401, "51504")
