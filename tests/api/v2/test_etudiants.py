"""`GET /api/v2/etudiants`, against the tables of contract §2."""

import pytest

from tests import fabriques
from tests.api.lecture.appels import (
    INTROUVABLE_V2,
    PAR_IDENTITE_V2,
    RECIPIENT,
    V2,
    lire,
    obtenir,
    par_ine,
    quota,
    sans,
    verifier_v2,
)

pytestmark = pytest.mark.django_db


def test_by_ine_the_answer_gives_all_that_the_scopes_open(client):
    inscription = fabriques.inscription()
    etudiant, debut = inscription.etudiant, fabriques.rentree()
    reponse = obtenir(client, V2, {"ine": etudiant.ine.lower()}, fabriques.jeton().cle)
    assert reponse.status_code == 200
    assert lire(reponse) == {
        "ine": etudiant.ine,
        "nom": "Martin",
        "prenom": "Camille",
        "dateNaissance": "2004-03-27",
        "inscriptions": [
            {
                "statut": "inscrit",
                "regime": "formation initiale",
                "dateDebutInscription": debut.isoformat(),
                "dateFinInscription": inscription.date_fin.isoformat(),
                "codeCommune": "31555",
                "etablissement": {
                    "uai": inscription.etablissement.uai,
                    "nom": inscription.etablissement.nom,
                },
            }
        ],
    }


def test_by_identity_the_answer_is_the_same_ine_included(client):
    etudiant = fabriques.inscrit()
    jeton = fabriques.jeton()
    par_identite = obtenir(client, V2, PAR_IDENTITE_V2, jeton.cle)
    assert lire(par_identite)["ine"] == etudiant.ine
    assert par_identite.content == obtenir(client, V2, {"ine": etudiant.ine}, jeton.cle).content


def test_an_admitted_student_has_the_dates_of_an_admission_and_not_of_an_inscription(client):
    inscription = fabriques.inscription(admis=True, regime="RF6")
    [dossier] = lire(obtenir(client, V2, {"ine": inscription.etudiant.ine}, fabriques.jeton().cle))[
        "inscriptions"
    ]
    assert dossier["statut"] == "admis"
    assert dossier["regime"] == "formation continue"
    assert dossier["dateDebutAdmission"] == str(inscription.date_debut)
    assert dossier["dateFinAdmission"] == str(inscription.date_fin)
    # The largest client tells the two kinds apart by which key is there.
    assert not {"dateDebutInscription", "dateFinInscription"} & set(dossier)


def test_an_enrolled_student_has_no_admission_dates(client):
    inscription = fabriques.inscription()
    [dossier] = lire(obtenir(client, V2, {"ine": inscription.etudiant.ine}, fabriques.jeton().cle))[
        "inscriptions"
    ]
    assert not {"dateDebutAdmission", "dateFinAdmission"} & set(dossier)


def test_records_outside_the_population_are_not_in_the_list(client):
    etudiant = fabriques.inscrit()
    fabriques.inscription(etudiant=etudiant, admis=True)
    corps = lire(obtenir(client, V2, {"ine": etudiant.ine}, fabriques.jeton("mesri_admission").cle))
    assert set(corps) == {"inscriptions"}
    [dossier] = corps["inscriptions"]
    assert set(dossier) == {
        "statut",
        "regime",
        "dateDebutAdmission",
        "dateFinAdmission",
    }


def test_the_ine_prevails_and_the_identity_is_then_not_read(client):
    etudiant = fabriques.inscrit()
    parametres = {"ine": etudiant.ine, "nom": "\x00", "dateDeNaissance": "hier", "sexe": "x"}
    assert obtenir(client, V2, parametres, fabriques.jeton().cle).status_code == 200


def test_a_blank_ine_does_not_count(client):
    fabriques.inscrit()
    assert obtenir(client, V2, PAR_IDENTITE_V2 | {"ine": "  "}, fabriques.jeton().cle).status_code == 200


def test_unknown_parameters_do_no_harm(client):
    etudiant = fabriques.inscrit()
    parametres = {"ine": etudiant.ine, "nomUsage": "Petit", "codePays": "99100", "lieuNaissance": "x"}
    assert obtenir(client, V2, parametres, fabriques.jeton().cle).status_code == 200


@pytest.mark.parametrize(
    ("lieu", "statut"),
    [("31555", 200), ("75056", 404), ("99350", 404), ("99100", 200), ("", 200), ("  ", 200)],
)
def test_a_birth_place_when_given_must_be_the_right_one(client, lieu, statut):
    fabriques.inscrit()
    parametres = PAR_IDENTITE_V2 | {"lieuDeNaissance": lieu}
    assert obtenir(client, V2, parametres, fabriques.jeton().cle).status_code == statut


@pytest.mark.parametrize(
    "recipient", [None, "", RECIPIENT, "35600000012345"], ids=["absent", "vide", "SIRET", "La Poste"]
)
def test_the_recipient_is_optional(client, recipient):
    parametres = {"ine": fabriques.inscrit().ine}
    if recipient is not None:
        parametres["recipient"] = recipient
    assert obtenir(client, V2, parametres, fabriques.jeton().cle).status_code == 200


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        ({}, "Token not found"),
        ({"expire": True}, "Token expired"),
        ({"revoque": True}, "Token revoked"),
        ({"habilitation_revoquee": True}, "Token revoked"),
        ({"ecriture": True}, "Insufficient privileges"),
    ],
)
def test_a_token_is_refused_for_its_own_reason(client, situation, reason):
    parametres = {"ine": fabriques.inscrit().ine}
    cle = fabriques.jeton(**situation).cle if situation else {"X-Api-Key": "ase_l_" + "A" * 49}
    corps = verifier_v2(obtenir(client, V2, parametres, cle), 401, "access_denied")
    assert corps["reason"] == reason


def test_a_call_without_a_token_is_refused(client):
    corps = verifier_v2(obtenir(client, V2, {"ine": fabriques.ine()}), 401, "access_denied")
    assert corps["reason"] == "Token missing"


@pytest.mark.parametrize(
    "scopes",
    [
        ["mesri_identifiant", "mesri_identite", "mesri_etablissements"],
        ["mesri_admissions", "mesri_admission_inscrit"],
    ],
    ids=["masques seuls", "scopes de la v3"],
)
def test_a_token_that_opens_no_population_is_refused(client, scopes):
    reponse = obtenir(client, V2, {"ine": fabriques.inscrit().ine}, fabriques.jeton(*scopes).cle)
    assert verifier_v2(reponse, 401, "access_denied")["reason"] == "Insufficient privileges"


def test_a_bearer_is_always_that_of_france_connect(client):
    """One of our own tokens, good anywhere else, is not looked at here as a bearer; nor does a key beside it decide."""
    etudiant, jeton = fabriques.inscrit(), fabriques.jeton()
    for entetes in (jeton.bearer, jeton.cle | jeton.bearer):
        reponse = obtenir(client, V2, {"ine": etudiant.ine}, entetes)
        verifier_v2(reponse, 503, "data_provider_error")  # FranceConnect is not set here
        assert reponse.headers["Retry-After"] == "60"
        assert etudiant.ine.encode() not in reponse.content
        assert "RateLimit-Limit" not in reponse.headers


@pytest.mark.parametrize("manquant", ["nom", "prenom", "dateDeNaissance", "sexe"])
def test_a_missing_parameter_is_refused(client, manquant):
    reponse = obtenir(client, V2, sans(PAR_IDENTITE_V2, manquant), fabriques.jeton().cle)
    corps = verifier_v2(reponse, 400, "bad_request")
    assert corps["reason"] == f"Invalid parameter: {manquant}"


@pytest.mark.parametrize(
    ("parametre", "valeur"),
    [
        ("ine", "123"),
        ("ine", "1234567890A\n"),
        ("nom", "<b>"),
        ("prenom", "1234"),
        ("dateDeNaissance", "20040327"),
        ("dateDeNaissance", "2004-02-30"),
        ("dateDeNaissance", "2999-01-01"),
        ("sexe", "autre"),
        ("lieuDeNaissance", "1"),
        ("recipient", "13002526500014"),
    ],
)
def test_an_invalid_parameter_is_refused(client, parametre, valeur):
    jeton = fabriques.jeton()
    reponse = obtenir(client, V2, PAR_IDENTITE_V2 | {parametre: valeur}, jeton.cle)
    corps = verifier_v2(reponse, 400, "bad_request")
    assert corps["reason"] == f"Invalid parameter: {parametre}"
    assert valeur not in corps["message"]
    assert quota(reponse)[:2] == (20, 19)


def test_only_the_first_parameter_that_fails_is_told(client):
    reponse = obtenir(client, V2, {"recipient": "1", "sexe": "x"}, fabriques.jeton().cle)
    assert verifier_v2(reponse, 400, "bad_request")["reason"] == "Invalid parameter: recipient"


def test_a_student_not_found_is_told_in_the_exact_words_of_the_contract(client):
    reponse = obtenir(client, V2, {"ine": fabriques.ine()}, fabriques.jeton().cle)
    assert reponse.status_code == 404
    assert lire(reponse) == INTROUVABLE_V2


def test_an_ip_address_that_is_not_listed_is_refused(client):
    jeton = fabriques.jeton(adresses=["192.0.2.0/24", "2001:db8::/32"])
    reponse = obtenir(client, V2, {"ine": fabriques.ine()}, jeton.cle)
    assert reponse.status_code == 403
    [message] = lire(reponse).pop("errors")
    assert message
    assert quota(reponse)[:2] == (20, 20)


def test_a_call_beyond_the_quota_is_refused(client):
    jeton = fabriques.jeton(quota_par_seconde=1)
    parametres = par_ine(fabriques.inscrit().ine)
    assert obtenir(client, V2, parametres, jeton.cle).status_code == 200
    reponse = obtenir(client, V2, parametres, jeton.cle)
    assert reponse.status_code == 429
    assert lire(reponse) == {"errors": ["Vous avez effectué trop de requêtes"]}
    assert reponse.headers["Retry-After"] == "1"
    assert quota(reponse)[:2] == (1, 0)
