"""`GET /api/introspect` (contract §2)."""

import pytest

from tests import fabriques
from tests.api.lecture.appels import INTROSPECT, V2, lire, obtenir, quota, verifier_v2

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("entete", ["cle", "bearer"])
@pytest.mark.parametrize(
    "situation", [{}, {"bac_a_sable": True}, {"ecriture": True}], ids=["lecture", "bac à sable", "écriture"]
)
def test_introspection_tells_what_the_token_opens(client, situation, entete):
    emis = fabriques.jeton(**situation)
    reponse = obtenir(client, INTROSPECT, {}, getattr(emis, entete))
    assert reponse.status_code == 200
    assert lire(reponse) == {"_id": str(emis.jeton.cle), "name": "", "scopes": sorted(emis.jeton.scopes)}
    assert quota(reponse)[:2] == (20, 20)


def test_a_token_without_population_is_introspected_too(client):
    emis = fabriques.jeton("mesri_identite")
    assert lire(obtenir(client, INTROSPECT, {}, emis.cle))["scopes"] == ["mesri_identite"]


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        ({"expire": True}, "Token expired"),
        ({"revoque": True}, "Token revoked"),
        ({"habilitation_revoquee": True}, "Token revoked"),
    ],
)
def test_a_dead_token_is_refused(client, situation, reason):
    reponse = obtenir(client, INTROSPECT, {}, fabriques.jeton(**situation).bearer)
    assert verifier_v2(reponse, 401, "access_denied")["reason"] == reason


def test_a_call_without_token_or_with_an_unknown_one_is_refused(client):
    assert verifier_v2(obtenir(client, INTROSPECT, {}), 401, "access_denied")["reason"] == "Token missing"
    reponse = obtenir(client, INTROSPECT, {}, {"X-Api-Key": "x"})
    assert verifier_v2(reponse, 401, "access_denied")["reason"] == "Token not found"


@pytest.mark.parametrize("chemin", [INTROSPECT, "/v3/token/introspect"])
def test_introspection_is_not_counted_by_the_quota_and_is_not_refused_by_it(client, chemin):
    etudiant = fabriques.inscrit()
    emis = fabriques.jeton(quota_par_seconde=1)
    for _ in range(3):
        assert obtenir(client, chemin, {}, emis.cle).status_code == 200
    assert obtenir(client, V2, {"ine": etudiant.ine}, emis.cle).status_code == 200
    assert obtenir(client, V2, {"ine": etudiant.ine}, emis.cle).status_code == 429
    assert obtenir(client, chemin, {}, emis.cle).status_code == 200
