"""`GET /v3/token/introspect` (contract §7)."""

import pytest

from tests import fabriques
from tests.api.lecture.appels import RECIPIENT, lire, obtenir, verifier_v3
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

CHEMIN = "/v3/token/introspect"


def test_it_tells_what_software_needs_to_know_of_its_token(client):
    emis = fabriques.jeton("mesri_admissions", "mesri_identite")
    jeton = emis.jeton
    assert lire(obtenir(client, CHEMIN, {"recipient": RECIPIENT}, emis.bearer)) == {
        "data": {
            "id": str(jeton.cle),
            "type": "standard",
            "scopes": ["mesri_admissions", "mesri_identite"],
            "datapass_id": None,
            "siret_souscripteur": jeton.organisation.siret,
            "date_emission": jeton.cree_le.isoformat(timespec="seconds"),
            "date_expiration": jeton.expire_le.isoformat(timespec="seconds"),
            "rate_limit_par_minute": 1200,
            "delegation": None,
        },
        "links": {},
        "meta": {},
    }


def test_a_token_of_a_request_bears_its_number_and_leads_to_it(client):
    demande = scenes.demande("validee")
    emis = fabriques.jeton(quota_par_seconde=50)
    emis.jeton.habilitation = demande.habilitation
    emis.jeton.save(update_fields=["habilitation"])
    corps = lire(obtenir(client, CHEMIN, {}, emis.cle))
    assert corps["data"]["datapass_id"] == f"D{demande.pk}"
    assert corps["links"]["datapass"].endswith(f"/demandes/{demande.pk}")


@pytest.mark.parametrize(
    ("situation", "code"),
    [
        ({"expire": True}, "00103"),
        ({"revoque": True}, "00105"),
        ({"habilitation_revoquee": True}, "00105"),
    ],
)
def test_a_dead_token_is_refused(client, situation, code):
    verifier_v3(obtenir(client, CHEMIN, {}, fabriques.jeton(**situation).bearer), 401, code)


def test_no_token_and_a_foreign_one_are_refused_alike(client):
    verifier_v3(obtenir(client, CHEMIN, {}), 401, "00101")
    verifier_v3(obtenir(client, CHEMIN, {}, {"Authorization": "Bearer autre"}), 401, "00101")


def test_a_recipient_that_is_no_siret_is_told(client):
    verifier_v3(obtenir(client, CHEMIN, {"recipient": "123"}, fabriques.jeton().bearer), 422, "00210")


def test_a_token_in_the_address_is_refused_and_revoked(client):
    emis = fabriques.jeton()
    verifier_v3(obtenir(client, CHEMIN, {"token": emis.secret}, emis.bearer), 400, "00401")
    verifier_v3(obtenir(client, CHEMIN, {}, emis.bearer), 401, "00105")
