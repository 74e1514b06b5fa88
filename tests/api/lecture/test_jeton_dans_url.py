"""A token in the query string is refused, and revoked when it is one of ours (contract §2)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from habilitations.jetons import emission
from tests import fabriques
from tests.api.lecture.appels import INE, INTROSPECT, V2, obtenir, par_ine, verifier_v2, verifier_v3

pytestmark = pytest.mark.django_db

CHEMINS = [V2, INE, INTROSPECT]


def refuse(reponse):
    if reponse.wsgi_request.path_info.startswith("/v3"):
        verifier_v3(reponse, 400, "00401")
    else:
        assert verifier_v2(reponse, 400, "bad_request")["reason"] == "Token in query string"


@pytest.mark.parametrize("chemin", CHEMINS)
@pytest.mark.parametrize("nom", ["token", "access_token", "API_KEY", "X-Api-Key", "n'importe", "ine"])
def test_a_token_in_the_address_is_refused_then_revoked(client, chemin, nom):
    emis = fabriques.jeton()
    reponse = obtenir(client, chemin, par_ine(fabriques.inscrit().ine) | {nom: emis.secret}, emis.cle)
    refuse(reponse)
    assert emis.secret.encode() not in reponse.content
    emis.jeton.refresh_from_db()
    assert emis.jeton.revoque_le is not None
    assert emis.secret not in emis.jeton.motif_revocation
    verifier_v3(obtenir(client, INE, par_ine(fabriques.ine()), emis.bearer), 401, "00105")


def test_the_token_of_the_url_is_revoked_and_not_that_of_the_header(client):
    divulgue, garde = fabriques.jeton(), fabriques.jeton()
    refuse(obtenir(client, INE, {"token": divulgue.secret}, garde.bearer))
    divulgue.jeton.refresh_from_db()
    garde.jeton.refresh_from_db()
    assert divulgue.jeton.revoque_le
    assert garde.jeton.revoque_le is None


@pytest.mark.parametrize("chemin", CHEMINS)
@pytest.mark.parametrize("valeur", ["", "x", "ase_l_" + "A" * 49])
def test_a_token_in_the_url_is_refused_even_when_it_is_none_of_ours(client, chemin, valeur):
    emis = fabriques.jeton()
    refuse(obtenir(client, chemin, par_ine(fabriques.ine()) | {"token": valeur}, emis.cle))
    emis.jeton.refresh_from_db()
    assert emis.jeton.revoque_le is None


def test_a_writing_or_sandbox_token_in_the_url_is_revoked_too(client):
    for emis in (fabriques.jeton(ecriture=True), fabriques.jeton(bac_a_sable=True)):
        refuse(obtenir(client, V2, {"q": f" {emis.secret} "}))
        emis.jeton.refresh_from_db()
        assert emis.jeton.revoque_le


def test_a_thousand_tokens_in_one_url_cost_one_statement_only(client):
    """Well formed, none of ours: whoever calls makes them by the thousand."""
    valeurs = [emission.tirer("l") for _ in range(300)]
    with CaptureQueriesContext(connection) as faites:
        refuse(client.get(V2, {"a": valeurs}))
    assert len(faites) == 1


def test_several_tokens_leaked_together_are_all_revoked(client):
    emis = [fabriques.jeton() for _ in range(3)]
    refuse(client.get(V2, {"a": [un.secret for un in emis], "b": emis[0].secret}))
    for un in emis:
        un.jeton.refresh_from_db()
        assert un.jeton.revoque_le


def test_a_token_already_revoked_keeps_its_reason(client):
    emis = fabriques.jeton(revoque=True)
    refuse(obtenir(client, V2, {"token": emis.secret}))
    emis.jeton.refresh_from_db()
    assert emis.jeton.motif_revocation == "Demandé par son détenteur"
