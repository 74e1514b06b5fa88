"""The gates of a reading call, in the contract's order: token → scopes → quota → recipient → parameters → search.

Each line of `PORTES` fails at one gate and at every later one: the answer must be the first one's. The quota is
spent beforehand where the line says so.
"""

import pytest

from tests import fabriques
from tests.api.lecture.appels import (
    IDENTITE,
    INE,
    PAR_IDENTITE_V2,
    PAR_IDENTITE_V3,
    RECIPIENT,
    V2,
    lire,
    obtenir,
    par_ine,
    quota,
    verifier_v2,
    verifier_v3,
)

pytestmark = pytest.mark.django_db

SANS_POPULATION = ("mesri_identite",)
#: token, quota spent, recipient, ine → status, v2 `error` (None: the list shape), v3 code
PORTES = [
    ("inconnu", True, "1", "x", (401, "access_denied", 401, "00101")),
    ("expire", True, "1", "x", (401, "access_denied", 401, "00103")),
    ("revoque", True, "1", "x", (401, "access_denied", 401, "00105")),
    ("ailleurs", True, "1", "x", (403, None, 403, "00107")),
    ("sans population", True, "1", "x", (401, "access_denied", 403, "00100")),
    ("bon", True, "1", "x", (429, None, 429, "00429")),
    ("bon", True, RECIPIENT, "x", (429, None, 429, "00429")),
    ("bon", True, RECIPIENT, "0000000000A", (429, None, 429, "00429")),
    ("bon", False, "1", "x", (400, "bad_request", 422, "00210")),
    ("bon", False, RECIPIENT, "x", (400, "bad_request", 422, "00360")),
    ("bon", False, RECIPIENT, "0000000000A", (404, "not_found", 404, "25003")),
]


def emettre(situation: str) -> fabriques.JetonEmis:
    scopes = SANS_POPULATION if situation == "sans population" else ()
    emis = fabriques.jeton(
        *scopes,
        expire=situation == "expire",
        revoque=situation == "revoque",
        adresses=["192.0.2.1/32"] if situation in {"ailleurs"} else [],
        quota_par_seconde=1,
    )
    if situation == "inconnu":
        emis.jeton.delete()
    return emis


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize(("situation", "epuise", "recipient", "ine", "attendu"), PORTES)
def test_the_first_gate_that_refuses_answers(client, version, situation, epuise, recipient, ine, attendu):
    emis = emettre(situation)
    if epuise:
        obtenir(client, INE, par_ine(fabriques.ine()), emis.bearer)
    parametres = {"recipient": recipient, "ine": ine}
    statut_v2, error, statut_v3, code = attendu
    if version == "v3":
        verifier_v3(obtenir(client, INE, parametres, emis.bearer), statut_v3, code)
        return
    reponse = obtenir(client, V2, parametres, emis.cle)
    if error is None:
        assert reponse.status_code == statut_v2
        assert list(lire(reponse)) == ["errors"]
    else:
        verifier_v2(reponse, statut_v2, error)


def test_the_caller_s_address_is_checked_before_the_scopes(client):
    emis = fabriques.jeton(*SANS_POPULATION, adresses=["192.0.2.1/32"])
    verifier_v3(obtenir(client, INE, par_ine(fabriques.ine()), emis.bearer), 403, "00107")


@pytest.mark.parametrize(
    ("reseau", "appelant", "statut"),
    [
        ("192.0.2.0/24", "192.0.2.77", 404),
        ("192.0.2.77/32", "192.0.2.77", 404),
        ("192.0.2.0/24", "192.0.3.1", 403),
        ("2001:db8::/32", "2001:db8:1::7", 404),
        ("2001:db8::/32", "2001:db9::7", 403),
        ("192.0.2.0/24", "::ffff:192.0.2.77", 404),
        ("fe80::/10", "fe80::1%eth0", 404),
        ("192.0.2.0/24", "", 403),
        ("192.0.2.0/24", "inconnue", 403),
    ],
)
def test_only_the_listed_addresses_pass(client, reseau, appelant, statut):
    emis = fabriques.jeton(adresses=["198.51.100.1/32", reseau])
    reponse = client.get(INE, par_ine(fabriques.ine()), headers=emis.bearer, REMOTE_ADDR=appelant)
    assert reponse.status_code == statut


@pytest.mark.parametrize(
    ("proxys", "suite", "statut"),
    [
        (0, "192.0.2.7", 403),  # written by the caller: not looked at
        (1, "192.0.2.7", 404),
        (1, "192.0.2.7, 203.0.113.9", 403),
        (2, "192.0.2.7, 203.0.113.9", 404),
        (2, "192.0.2.7", 403),
        (1, "", 403),
    ],
)
def test_the_address_is_the_one_seen_by_the_trusted_proxies(client, settings, proxys, suite, statut):
    settings.PROXYS_DE_CONFIANCE = proxys
    emis = fabriques.jeton(adresses=["192.0.2.0/24"])
    entetes = emis.bearer | {"X-Forwarded-For": suite}
    assert obtenir(client, INE, par_ine(fabriques.ine()), entetes).status_code == statut


def test_a_revocation_takes_effect_at_the_next_call(client):
    emis, parametres = fabriques.jeton(), par_ine(fabriques.inscrit().ine)
    assert obtenir(client, INE, parametres, emis.bearer).status_code == 200
    emis.jeton.revoque_le, emis.jeton.motif_revocation = emis.jeton.cree_le, "Perdu"
    emis.jeton.save()
    verifier_v3(obtenir(client, INE, parametres, emis.bearer), 401, "00105")


def test_reduced_scopes_take_effect_at_the_next_call(client):
    emis, parametres = fabriques.jeton(), par_ine(fabriques.inscrit().ine)
    assert "identite" in lire(obtenir(client, INE, parametres, emis.bearer))["data"]
    emis.jeton.scopes = ["mesri_inscription_etudiant"]
    emis.jeton.save()
    assert "identite" not in lire(obtenir(client, INE, parametres, emis.bearer))["data"]


def test_a_replaced_habilitation_lets_the_token_live_until_its_rotation(client):
    emis = fabriques.jeton(etat="obsolete")
    assert obtenir(client, INE, par_ine(fabriques.inscrit().ine), emis.bearer).status_code == 200


@pytest.mark.parametrize(
    ("chemin", "parametres"),
    [(V2, PAR_IDENTITE_V2), (INE, par_ine("0000000000A")), (IDENTITE, PAR_IDENTITE_V3)],
)
def test_every_answer_to_a_bearer_has_the_quota_headers(client, chemin, parametres):
    emis = fabriques.jeton(quota_par_seconde=3)
    restants = []
    for donnes in (parametres, {}, {"recipient": "1"}, parametres):
        reponse = obtenir(client, chemin, donnes, emis.cle)
        limite, restant, retour = quota(reponse)
        assert limite == 3
        assert 0 <= retour - emis.jeton.cree_le.timestamp() < 60
        restants.append(restant)
    assert restants == [2, 1, 0, 0]
    assert reponse.status_code == 429
