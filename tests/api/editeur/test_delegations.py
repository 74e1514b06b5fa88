"""`GET /editeur/api/v1/delegations`, and what the two introspections say of an editor's token (contract §7 and §8)."""

import pytest
from django.utils import timezone

from tests import fabriques
from tests.api.lecture.appels import INTROSPECT, RECIPIENT, lire, obtenir, verifier_v3

pytestmark = pytest.mark.django_db

CHEMIN = "/editeur/api/v1/delegations"
INTROSPECT_V3 = "/v3/token/introspect"


def lire_v3(reponse):
    assert reponse.headers["Content-Type"] == "application/vnd.api+json; charset=utf-8"
    return reponse.json()


def attendue(delegation) -> dict[str, object]:
    habilitation = delegation.habilitation
    return {
        "id": str(delegation.cle),
        "siret": habilitation.organisation.siret,
        "organisation": habilitation.organisation.nom,
        "habilitation": f"H{habilitation.pk}",
        "scopes": ["mesri_identite", "mesri_inscription_etudiant"],
        "depuis": delegation.donnee_le.isoformat(timespec="seconds"),
    }


def donner(editeur):
    delegation = fabriques.delegation(editeur, "mesri_identite", "mesri_inscription_etudiant")
    delegation.refresh_from_db()
    return delegation


def test_the_list_is_that_of_the_editor_and_of_what_is_not_taken_back(client):
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    premiere, reprise, troisieme = (donner(editeur) for _ in range(3))
    reprise.reprendre(par=reprise.donnee_par)
    revoquee = donner(editeur).habilitation
    revoquee.etat, revoquee.revoquee_le = "revoquee", timezone.now()
    revoquee.save()
    donner(fabriques.editeur())
    reponse = obtenir(client, CHEMIN, {}, emis.bearer)
    assert reponse.status_code == 200
    assert lire_v3(reponse) == {
        "data": [attendue(troisieme), attendue(premiere)],
        "links": {},
        "meta": {"total": 2},
    }


def test_the_pages_follow_each_other_even_when_their_last_is_taken_back(client):
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    donnees = [donner(editeur) for _ in range(5)][::-1]
    page = lire_v3(obtenir(client, CHEMIN, {"limite": "2"}, emis.bearer))
    assert [une["id"] for une in page["data"]] == [str(une.cle) for une in donnees[:2]]
    donnees[1].reprendre(par=donnees[1].donnee_par)
    page = lire_v3(client.get(CHEMIN + page["links"]["next"].partition(CHEMIN)[2], headers=emis.bearer))
    assert [une["id"] for une in page["data"]] == [str(une.cle) for une in donnees[2:4]]
    page = lire_v3(client.get(CHEMIN + page["links"]["next"].partition(CHEMIN)[2], headers=emis.bearer))
    assert [une["id"] for une in page["data"]] == [str(donnees[4].cle)]
    assert page["links"] == {}


@pytest.mark.parametrize(
    "parametres",
    [{"limite": "0"}, {"limite": "1001"}, {"limite": "x"}, {"curseur": "x"}, {"curseur": str(RECIPIENT)},
     {"curseur": "7d2b6c1e-0f4a-4c1b-9a54-2f6d0f8e3b11"}],
)  # fmt: skip
def test_a_wrong_page_is_refused(client, parametres):
    emis = fabriques.jeton_d_editeur(fabriques.editeur())
    reponse = obtenir(client, CHEMIN, parametres, emis.bearer)
    assert (reponse.status_code, reponse.json()["errors"][0]["code"]) == (422, "00214")


def test_another_kind_of_token_reads_no_list(client):
    for emis in (fabriques.jeton(), fabriques.jeton(ecriture=True), fabriques.jeton(bouquet=True)):
        reponse = obtenir(client, CHEMIN, {}, emis.bearer)
        assert (reponse.status_code, reponse.json()["errors"][0]["code"]) == (403, "00100")


def test_the_list_counts_in_the_quota_of_the_editor_s_token(client):
    emis = fabriques.jeton_d_editeur(fabriques.editeur())
    recues = [obtenir(client, CHEMIN, {}, emis.bearer) for _ in range(21)]
    assert [reponse.status_code for reponse in recues] == [200] * 20 + [429]


def test_what_is_not_there_is_said_in_json(client):
    for chemin, code in (("/editeur/api/v1/rien", "00404"), ("/editeur/api/v2/delegations", "00402")):
        reponse = client.get(chemin)
        assert (reponse.status_code, reponse.json()["errors"][0]["code"]) == (404, code)


def test_v3_introspection_tells_the_delegation_that_is_chosen(client):
    editeur = fabriques.editeur()
    emis, delegation = fabriques.jeton_d_editeur(editeur), donner(editeur)
    siret = delegation.habilitation.organisation.siret
    sans = lire(obtenir(client, INTROSPECT_V3, {}, emis.bearer))["data"]
    assert (sans["type"], sans["scopes"], sans["delegation"]) == ("editeur", [], None)
    assert (sans["siret_souscripteur"], sans["datapass_id"]) == (editeur.organisation.siret, None)
    for choix in (
        {"recipient": siret},
        {"recipient": siret, "delegation_id": str(delegation.cle)},
        {"delegation_id": str(delegation.cle)},
    ):
        avec = lire(obtenir(client, INTROSPECT_V3, choix, emis.bearer))
        assert avec["data"]["delegation"] == attendue(delegation)
        assert avec["data"]["scopes"] == ["mesri_identite", "mesri_inscription_etudiant"]
        assert (avec["data"]["id"], avec["data"]["siret_souscripteur"]) == (str(emis.jeton.cle), siret)
        assert avec["links"] == {}


def test_v3_introspection_refuses_what_reading_would(client):
    editeur = fabriques.editeur()
    emis, une = fabriques.jeton_d_editeur(editeur), donner(editeur)
    fabriques.delegation(editeur, organisation=une.habilitation.organisation)
    siret = une.habilitation.organisation.siret
    verifier_v3(obtenir(client, INTROSPECT_V3, {"recipient": siret}, emis.bearer), 422, "00212")
    verifier_v3(obtenir(client, INTROSPECT_V3, {"recipient": RECIPIENT}, emis.bearer), 403, "00213")
    autre = fabriques.delegation(fabriques.editeur())
    verifier_v3(obtenir(client, INTROSPECT_V3, {"delegation_id": str(autre.cle)}, emis.bearer), 403, "00213")
    verifier_v3(obtenir(client, INTROSPECT_V3, {"recipient": "1"}, emis.bearer), 422, "00210")


def test_introspection_is_not_counted(client):
    editeur = fabriques.editeur()
    emis, delegation = fabriques.jeton_d_editeur(editeur), donner(editeur)
    choix = {"recipient": delegation.habilitation.organisation.siret}
    for _ in range(3):
        reponse = obtenir(client, INTROSPECT_V3, choix, emis.bearer)
        assert reponse.headers["RateLimit-Remaining"] == "20"


def test_v2_introspection_tells_a_token_that_opens_nothing_by_itself(client):
    emis = fabriques.jeton_d_editeur(fabriques.editeur())
    assert lire(obtenir(client, INTROSPECT, {}, emis.cle)) == {
        "_id": str(emis.jeton.cle),
        "name": "",
        "scopes": [],
    }
