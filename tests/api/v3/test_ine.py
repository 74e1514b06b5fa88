"""`GET /v3/mesri/statut_etudiant/ine`, against the tables of contract §3."""

import pytest

from tests import fabriques
from tests.api.lecture.appels import INE, RECIPIENT, lire, obtenir, par_ine, quota, verifier_v3
from tests.api.oracle import LIBELLE_V3, SCOPES_V3

pytestmark = pytest.mark.django_db

TOKEN = {"parameter": "token"}


@pytest.mark.parametrize("scopes", [fabriques.SCOPES_DE_SEMENCE, SCOPES_V3], ids=["semence", "v3"])
def test_the_answer_gives_all_that_the_scopes_open_and_never_the_ine(client, scopes):
    inscription = fabriques.inscription(regime="RF4")
    reponse = obtenir(client, INE, par_ine(inscription.etudiant.ine.lower()), fabriques.jeton(*scopes).bearer)
    assert reponse.status_code == 200
    assert lire(reponse) == {
        "data": {
            "identite": {
                "nom_naissance": "Martin",
                "prenom": "Camille",
                "date_naissance": "2004-03-27",
            },
            "admissions": [
                {
                    "date_debut": inscription.date_debut.isoformat(),
                    "date_fin": inscription.date_fin.isoformat(),
                    "est_inscrit": True,
                    "regime_formation": {"libelle": LIBELLE_V3["RF4"], "code": "RF4"},
                    "code_cog_insee_commune": "31555",
                    "etablissement_etudes": {
                        "uai": inscription.etablissement.uai,
                        "nom": inscription.etablissement.nom,
                    },
                }
            ],
        },
        "links": {},
        "meta": {},
    }
    assert inscription.etudiant.ine.encode() not in reponse.content


def test_a_token_for_admissions_alone_sees_the_dates_only(client):
    etudiant = fabriques.inscrit(admis=True)
    corps = lire(obtenir(client, INE, par_ine(etudiant.ine), fabriques.jeton("mesri_admissions").bearer))
    [admission] = corps["data"].pop("admissions")
    assert corps == {"data": {}, "links": {}, "meta": {}}
    assert set(admission) == {"date_debut", "date_fin"}


def test_the_api_key_is_worth_the_bearer(client):
    etudiant, jeton = fabriques.inscrit(), fabriques.jeton()
    assert (
        obtenir(client, INE, par_ine(etudiant.ine), jeton.cle).content
        == obtenir(client, INE, par_ine(etudiant.ine), jeton.bearer).content
    )


@pytest.mark.parametrize("entete", ["bearer {}", "BEARER {}", "Bearer   {} ", " Bearer {}"])
def test_the_case_and_blanks_of_the_header_do_not_matter(client, entete):
    jeton = fabriques.jeton()
    reponse = obtenir(
        client, INE, par_ine(fabriques.inscrit().ine), {"Authorization": entete.format(jeton.secret)}
    )
    assert reponse.status_code == 200


@pytest.mark.parametrize("entete", ["", "Basic {}", "{}", "Bearer", "Bearer {} {}", "Token {}"])
def test_anything_but_a_bearer_counts_as_no_token(client, entete):
    secret = fabriques.jeton().secret
    reponse = obtenir(client, INE, par_ine(fabriques.ine()), {"Authorization": entete.format(secret, secret)})
    [erreur] = verifier_v3(reponse, 401, "00101")
    assert erreur["source"] == TOKEN


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*;q=0.1", "n'importe quoi"])
def test_jamais_406(client, accept):
    etudiant, jeton = fabriques.inscrit(), fabriques.jeton()
    reponse = obtenir(client, INE, par_ine(etudiant.ine), jeton.bearer | {"Accept": accept})
    assert reponse.status_code == 200
    lire(reponse)


@pytest.mark.parametrize(
    ("situation", "statut", "code", "source"),
    [
        ({"expire": True}, 401, "00103", TOKEN),
        ({"revoque": True}, 401, "00105", TOKEN),
        ({"habilitation_revoquee": True}, 401, "00105", TOKEN),
        ({"revoque": True, "expire": True}, 401, "00105", TOKEN),
        ({"ecriture": True}, 403, "00100", TOKEN),
        ({"adresses": ["192.0.2.1/32"]}, 403, "00107", {"header": "X-Forwarded-For"}),
    ],
)
def test_a_token_is_refused_for_its_own_reason(client, situation, statut, code, source):
    reponse = obtenir(client, INE, par_ine(fabriques.inscrit().ine), fabriques.jeton(**situation).bearer)
    [erreur] = verifier_v3(reponse, statut, code)
    assert erreur["source"] == source
    assert erreur["meta"] == {}
    # A known token learns where it stands, and a refused call does not count.
    assert quota(reponse)[:2] == (20, 20)


@pytest.mark.parametrize("secret", ["ase_l_" + "A" * 49, "x", "ase_l_é", "eyJhbGciOiJIUzI1NiJ9.e30.x" * 300])
def test_jeton_inconnu(client, secret):
    reponse = obtenir(client, INE, par_ine(fabriques.ine()), {"Authorization": f"Bearer {secret}"})
    verifier_v3(reponse, 401, "00101")
    assert "RateLimit-Limit" not in reponse.headers


def test_a_well_formed_secret_of_no_token_is_refused(client):
    jeton = fabriques.jeton()
    jeton.jeton.delete()
    verifier_v3(obtenir(client, INE, par_ine(fabriques.ine()), jeton.bearer), 401, "00101")


def test_a_token_with_masks_but_no_population_is_refused(client):
    jeton = fabriques.jeton("mesri_identite", "mesri_admission_inscrit", "mesri_etablissements")
    verifier_v3(obtenir(client, INE, par_ine(fabriques.inscrit().ine), jeton.bearer), 403, "00100")


def test_introuvable(client):
    [erreur] = verifier_v3(
        obtenir(client, INE, par_ine(fabriques.ine()), fabriques.jeton().bearer), 404, "25003"
    )
    assert erreur["meta"] == {"provider": "MESRI"}
    assert "source" not in erreur


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        (None, "00203"),
        ("", "00203"),
        ("   ", "00203"),
        ("13002526500014", "00210"),
        ("1300252650001", "00210"),
        ("130 025 265 00013", "00210"),
        ("１３００２５２６５０００１３", "00210"),
        ("35600000112345", "00210"),
    ],
)
def test_recipient_refuse(client, recipient, code):
    # The INE is malformed too: the recipient comes first, alone.
    parametres = {"ine": "x"} if recipient is None else {"ine": "x", "recipient": recipient}
    reponse = obtenir(client, INE, parametres, fabriques.jeton().bearer)
    [erreur] = verifier_v3(reponse, 422, code)
    assert erreur["source"] == {"parameter": "recipient"}
    assert quota(reponse)[:2] == (20, 19)


@pytest.mark.parametrize("ine", [None, "", "  ", "123", "1234567890O", "1234567890A\n", "１" * 10 + "A"])
def test_ine_refuse(client, ine):
    parametres = {"recipient": RECIPIENT} | ({} if ine is None else {"ine": ine})
    [erreur] = verifier_v3(obtenir(client, INE, parametres, fabriques.jeton().bearer), 422, "00360")
    assert "source" not in erreur


def test_a_wrong_check_letter_of_an_ine_refuses_nothing(client):
    etudiant = fabriques.inscrit(identite={"ine": "0000000000B"})
    reponse = obtenir(client, INE, par_ine(etudiant.ine), fabriques.jeton().bearer)
    assert reponse.status_code == 200


def test_a_call_beyond_the_quota_is_refused(client):
    jeton = fabriques.jeton(quota_par_seconde=2)
    parametres = par_ine(fabriques.ine())
    assert [quota(obtenir(client, INE, parametres, jeton.bearer))[:2] for _ in range(2)] == [(2, 1), (2, 0)]
    reponse = obtenir(client, INE, parametres, jeton.bearer)
    verifier_v3(reponse, 429, "00429")
    assert reponse.headers["Retry-After"] == "1"
    assert quota(reponse)[:2] == (2, 0)
