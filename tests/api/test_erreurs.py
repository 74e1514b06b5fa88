"""Status, codes and shapes of the errors, against the tables of the contract."""

import pytest

from statut_etudiant.api.v2.erreurs import ERREURS as ERREURS_V2
from statut_etudiant.api.v2.erreurs import erreur, parametre_refuse
from statut_etudiant.api.v3.erreurs import ERREURS, erreurs

TOKEN, RECIPIENT, MESRI = {"parameter": "token"}, {"parameter": "recipient"}, {"provider": "MESRI"}
FRANCE_CONNECT = {"provider": "FranceConnect"}

#: code → status, source, meta
CONTRAT_V3 = {
    "00101": (401, TOKEN, {}),
    "00103": (401, TOKEN, {}),
    "00105": (401, TOKEN, {}),
    "00100": (403, TOKEN, {}),
    "00107": (403, {"header": "X-Forwarded-For"}, {}),
    "00401": (400, None, {}),
    "25003": (404, None, MESRI),
    "00402": (404, None, {}),
    "01003": (404, None, {}),
    "00203": (422, RECIPIENT, {}),
    "00210": (422, RECIPIENT, {}),
    "00212": (422, {"parameter": "delegation_id"}, {}),
    "00213": (403, RECIPIENT, {}),
    "00360": (422, None, {}),
    "00420": (422, None, {}),
    "00421": (422, None, {}),
    "00422": (422, None, {}),
    "00423": (422, None, {}),
    "00424": (422, None, {}),
    "00425": (422, None, {}),
    "00427": (422, None, {}),
    "00365": (422, None, {}),
    "00428": (422, None, {}),
    "00429": (429, None, {}),
    "51501": (401, None, FRANCE_CONNECT),
    "51502": (401, None, FRANCE_CONNECT),
    "51503": (401, None, FRANCE_CONNECT),
    "51504": (401, None, FRANCE_CONNECT),
    "51564": (422, None, FRANCE_CONNECT),
    "51999": (502, None, FRANCE_CONNECT),
    "51002": (504, None, FRANCE_CONNECT),
    "51001": (503, None, FRANCE_CONNECT),
    "25001": (503, None, MESRI),
    "25020": (503, None, MESRI),
    "00500": (500, None, {}),
}
#: Ours: what the contract leaves without a code (ADR 0034).
AUTRES_V3 = {"00214": 422, "00404": 404, "00405": 405, "00406": 400}


@pytest.mark.parametrize("code", CONTRAT_V3)
def test_an_error_of_v3_has_its_shape(code):
    statut_attendu, source, meta = CONTRAT_V3[code]
    statut, corps = erreurs(code)
    assert statut == statut_attendu
    [objet] = corps["errors"]
    cles = ["code", "title", "detail", "source", "meta"] if source else ["code", "title", "detail", "meta"]
    assert list(objet) == cles
    assert objet["code"] == code
    assert objet.get("source") == source
    assert objet["meta"] == meta
    assert objet["title"]
    assert objet["detail"].endswith(".")


def test_the_v3_table_is_that_of_the_contract():
    assert ERREURS.keys() == CONTRAT_V3.keys() | AUTRES_V3.keys()
    assert {code: erreurs(code)[0] for code in AUTRES_V3} == AUTRES_V3


def test_several_v3_errors_come_in_order():
    statut, corps = erreurs("00420", "00425", "00427")
    assert statut == 422
    assert [objet["code"] for objet in corps["errors"]] == ["00420", "00425", "00427"]


def test_the_delay_before_a_new_try_is_in_meta():
    _, corps = erreurs("25020", retry_in=120)
    assert corps["errors"][0]["meta"] == {"provider": "MESRI", "retry_in": 120}


def test_changing_a_body_does_not_change_the_table():
    for delai in (None, 120):
        _, corps = erreurs("25020", retry_in=delai)
        corps["errors"][0]["meta"]["provider"] = "autre"
    erreurs("00101")[1]["errors"][0]["source"]["parameter"] = "autre"
    assert erreurs("25020")[1]["errors"][0]["meta"] == MESRI
    assert erreurs("00101")[1]["errors"][0]["source"] == TOKEN


#: Of the contract (§2): status and `error`.
CONTRAT_V2 = {
    "jeton_absent": (401, "access_denied"),
    "jeton_inconnu": (401, "access_denied"),
    "jeton_expire": (401, "access_denied"),
    "jeton_revoque": (401, "access_denied"),
    "scopes_insuffisants": (401, "access_denied"),
    "fc_jeton_invalide": (401, "access_denied"),
    "fc_jeton_inconnu": (401, "access_denied"),
    "fc_identite_absente": (401, "access_denied"),
    "fc_identite_inutilisable": (400, "bad_request"),
    "fc_service_inconnu": (401, "access_denied"),
    "fc_service_revoque": (401, "access_denied"),
    "jeton_dans_url": (400, "bad_request"),
    "introuvable": (404, "not_found"),
    "fc_incoherent": (502, "data_provider_error"),
    "fc_delai": (504, "data_provider_error"),
    "fc_indisponible": (503, "data_provider_error"),
    "base_indisponible": (503, "data_provider_error"),
    "maintenance": (503, "data_provider_error"),
    "anomalie": (500, "error"),
}
#: Ours: what the contract leaves without one (ADR 0034).
AUTRES_V2 = {
    "requete_refusee": (400, "bad_request"),
    "adresse_inconnue": (404, "unknown_path"),
    "methode_refusee": (405, "method_not_allowed"),
    # Of the contract for v3 (§8), under the same statuses.
    "sans_delegation": (403, "access_denied"),
    "delegation_a_choisir": (422, "bad_request"),
    "type_de_jeton": (401, "access_denied"),
    # An organisation's keys.
    "cle_absente": (401, "access_denied"),
    "cle_inconnue": (401, "access_denied"),
    "cle_revoquee": (401, "access_denied"),
    "cle_expiree": (401, "access_denied"),
    "portee_absente": (403, "access_denied"),
    "auteur_parti": (403, "access_denied"),
    "objet_inconnu": (404, "unknown_object"),
    "demande_refusee": (422, "refused"),
    "quota_de_cle": (429, "too_many_requests"),
}


@pytest.mark.parametrize("nom", CONTRAT_V2 | AUTRES_V2)
def test_an_error_of_v2_has_its_shape(nom):
    statut, corps = erreur(nom)
    assert (statut, corps["error"]) == (CONTRAT_V2 | AUTRES_V2)[nom]
    assert list(corps) == ["error", "reason", "message"]
    assert all(corps.values())


def test_the_v2_table_is_complete():
    assert ERREURS_V2.keys() == CONTRAT_V2.keys() | AUTRES_V2.keys()


def test_the_v2_texts_are_those_that_clients_read():
    assert erreur("introuvable") == (
        404,
        {
            "error": "not_found",
            "reason": "Student not found",
            "message": "Aucun étudiant n'a pu être trouvé avec les critères de recherche fournis",
        },
    )
    assert erreur("anomalie")[1]["reason"] == "Internal server error"
    assert erreur("quota") == (429, {"errors": ["Vous avez effectué trop de requêtes"]})
    statut, corps = erreur("ip_refusee")
    assert statut == 403
    assert list(corps) == ["errors"]
    assert len(corps["errors"]) == 1


def test_a_refused_parameter_of_v2_is_named():
    statut, corps = parametre_refuse("nom", "Le paramètre nom est obligatoire.")
    assert statut == 400
    assert corps == {
        "error": "bad_request",
        "reason": "Invalid parameter: nom",
        "message": "Le paramètre nom est obligatoire.",
    }
