"""The API's doors that take FranceConnect's access tokens: who is answered, with what, and who is refused."""

import hashlib
from typing import Any

import orjson
import pytest
from django.http import HttpResponse
from django.test import Client

from habilitations.jetons import octroi
from habilitations.models import Habilitation, Jeton
from referentiel.models import Echange
from statut_etudiant.demonstration.citoyens import CITOYENS
from statut_etudiant.franceconnect import boucle
from tests import fabriques
from tests.api.lecture.appels import FRANCE_CONNECT, RECIPIENT, V2, verifier_v2, verifier_v3
from tests.franceconnect.citoyens import au_registre
from tests.franceconnect.local import SCOPES, SERVICE, FranceConnectLocal

pytestmark = pytest.mark.django_db

PORTES = (V2, FRANCE_CONNECT)
MASQUES = ("mesri_identifiant", "mesri_identite", "mesri_etablissements")


def service(*scopes: str, client_id: str = SERVICE, **colonnes: Any) -> Habilitation:
    """An active FranceConnect habilitation of the service of the tests."""
    return fabriques.habilitation(
        type="franceconnect",
        fc_client_id=client_id,
        scopes=list(scopes or ("mesri_inscription_etudiant", *MASQUES)),
        **colonnes,
    )


def appeler(
    chemin: str, jeton: str, parametres: dict[str, str] | None = None, **entetes: str
) -> HttpResponse:
    return Client().get(
        chemin,
        {"recipient": RECIPIENT} if parametres is None else parametres,
        headers={"Authorization": f"Bearer {jeton}", **entetes},
    )


def test_v3_gives_the_admissions_and_never_the_identity(franceconnect: FranceConnectLocal) -> None:
    service()
    etudiant = au_registre(
        "agathe", etablissement=fabriques.etablissement(uai="0311384L", nom="Université de Belleroche")
    )
    reponse = appeler(FRANCE_CONNECT, franceconnect.jeton("agathe", *SCOPES, "mesri_identite"))
    corps = orjson.loads(reponse.content)
    assert reponse.status_code == 200
    rentree = fabriques.rentree()
    assert corps == {
        "data": {
            "admissions": [
                {
                    "date_debut": rentree.isoformat(),
                    "date_fin": f"{rentree.year + 1}-08-31",
                    "est_inscrit": True,
                    "regime_formation": {"libelle": "formation initiale", "code": "RF1"},
                    "code_cog_insee_commune": "31555",
                    "etablissement_etudes": {"uai": "0311384L", "nom": "Université de Belleroche"},
                }
            ]
        },
        "links": {},
        "meta": {},
    }
    assert etudiant.ine not in reponse.content.decode()
    assert (reponse["RateLimit-Limit"], reponse["RateLimit-Remaining"]) == ("20", "19")


def test_v2_gives_the_ine_and_the_identity_when_both_grant_them(
    franceconnect: FranceConnectLocal, monkeypatch: pytest.MonkeyPatch
) -> None:
    service(client_id="autre-service")
    etudiant = au_registre("agathe")
    # This service is not one of FranceConnect's own list: it is registered there for all that it asks.
    jeton = franceconnect.jeton(
        "agathe", "mesri_inscription_etudiant", "mesri_identifiant", "mesri_identite", service="autre-service"
    )
    corps = orjson.loads(appeler(V2, jeton).content)
    assert corps["ine"] == etudiant.ine
    assert (corps["nom"], corps["prenom"], corps["dateNaissance"]) == ("d’Artigues", "Agathe", "2004-05-17")
    assert "etablissement" not in corps["inscriptions"][0]  # the citizen did not grant it


@pytest.mark.parametrize(
    ("accordes", "habilites", "visibles"),
    [
        (
            ("mesri_inscription_etudiant",),
            ("mesri_inscription_etudiant", *MASQUES),
            {"date_debut", "date_fin", "est_inscrit", "regime_formation"},
        ),
        (
            ("mesri_admissions", "mesri_admission_etablissement_etude"),
            ("mesri_admissions", "mesri_admission_etablissement_etudes"),
            {"date_debut", "date_fin", "etablissement_etudes"},
        ),
        (("mesri_admissions", "mesri_admission_inscrit"), ("mesri_admissions",), {"date_debut", "date_fin"}),
        (("mesri_admissions",), ("mesri_admissions", "mesri_admission_inscrit"), {"date_debut", "date_fin"}),
    ],
)  # fmt: skip
def test_nothing_leaves_but_what_citizen_and_habilitation_both_grant(
    franceconnect: FranceConnectLocal,
    accordes: tuple[str, ...],
    habilites: tuple[str, ...],
    visibles: set[str],
) -> None:
    service(*habilites)
    au_registre("agathe")
    corps = orjson.loads(appeler(FRANCE_CONNECT, franceconnect.jeton("agathe", *accordes)).content)
    (admission,) = corps["data"]["admissions"]
    assert set(admission) == visibles


@pytest.mark.parametrize(
    "accordes",
    [
        ("mesri_admission",),
        ("mesri_identifiant",),
        ("openid",),
        ("mesri_inscription_autre", "mesri_etablissements"),
    ],
)
def test_without_a_common_population_privileges_are_missing(
    franceconnect: FranceConnectLocal, accordes: tuple[str, ...]
) -> None:
    service("mesri_inscription_etudiant", *MASQUES)
    au_registre("agathe")
    jeton = franceconnect.jeton("agathe", *accordes)
    verifier_v3(appeler(FRANCE_CONNECT, jeton), 403, "00100")
    verifier_v2(appeler(V2, jeton), 401, "access_denied")


def test_a_service_without_habilitation_gets_nothing(franceconnect: FranceConnectLocal) -> None:
    au_registre("agathe")
    jeton = franceconnect.jeton("agathe")
    verifier_v3(appeler(FRANCE_CONNECT, jeton), 401, "00101")
    verifier_v2(appeler(V2, jeton), 401, "access_denied")


def test_a_revocation_stops_the_next_call_and_a_new_habilitation_reopens(
    franceconnect: FranceConnectLocal,
) -> None:
    habilitation = service()
    au_registre("agathe")
    jeton = franceconnect.jeton("agathe")
    assert appeler(FRANCE_CONNECT, jeton).status_code == 200
    octroi.revoquer(habilitation=habilitation, motif="Service fermé.")
    verifier_v3(appeler(FRANCE_CONNECT, jeton), 401, "00105")
    verifier_v2(appeler(V2, jeton), 401, "access_denied")
    octroi.octroyer(
        organisation=habilitation.organisation,
        type_=Habilitation.Type.FRANCE_CONNECT,
        intitule="De nouveau",
        scopes=["mesri_inscription_etudiant"],
        fc_client_id=SERVICE,
    )
    assert appeler(FRANCE_CONNECT, jeton).status_code == 200


@pytest.mark.parametrize(
    ("parametres", "v3", "statut_v2"),
    [({}, "00203", 400), ({"recipient": ""}, "00203", 400), ({"recipient": "13002526500014"}, "00210", 400)],
)
def test_the_recipient_is_mandatory_and_well_formed(
    franceconnect: FranceConnectLocal, parametres: dict[str, str], v3: str, statut_v2: int
) -> None:
    service()
    au_registre("agathe")
    jeton = franceconnect.jeton("agathe")
    verifier_v3(appeler(FRANCE_CONNECT, jeton, parametres), 422, v3)
    verifier_v2(appeler(V2, jeton, parametres), statut_v2, "bad_request")


def test_the_caller_s_identity_parameters_do_not_count(franceconnect: FranceConnectLocal) -> None:
    service()
    au_registre("agathe")
    autre = au_registre("hugo")
    jeton = franceconnect.jeton("agathe")
    for parametres in (
        {"recipient": RECIPIENT, "ine": autre.ine},
        {"recipient": RECIPIENT, "nom": "de la tourelle"},
    ):
        assert autre.ine not in appeler(V2, jeton, parametres).content.decode()


@pytest.mark.parametrize("citoyen", [un for un in CITOYENS if un.registre], ids=lambda un: un.cle)
def test_each_citizen_is_found_by_their_pivot_identity(
    franceconnect: FranceConnectLocal, citoyen: Any
) -> None:
    service("mesri_inscription_etudiant", "mesri_identifiant")
    etudiant = au_registre(citoyen.cle)
    corps = orjson.loads(appeler(V2, franceconnect.jeton(citoyen.cle)).content)
    assert corps["ine"] == etudiant.ine


def test_a_person_unknown_to_the_register_is_not_found(franceconnect: FranceConnectLocal) -> None:
    service()
    verifier_v3(appeler(FRANCE_CONNECT, franceconnect.jeton("paule")), 404, "25003")
    verifier_v2(appeler(V2, franceconnect.jeton("paule")), 404, "not_found")


@pytest.mark.parametrize(
    ("retouche", "statut", "code", "statut_v2"),
    [
        ({"family_name": None}, 401, "51503", 401),
        ({"birthdate": None}, 401, "51503", 401),
        ({"birthdate": "2004-02-30"}, 422, "51564", 400),
        ({"gender": "homme"}, 422, "51564", 400),
        ({"birthplace": "Auch"}, 422, "51564", 400),
    ],
)
def test_an_incomplete_or_unusable_pivot_identity_is_told(
    franceconnect: FranceConnectLocal, retouche: dict[str, Any], statut: int, code: str, statut_v2: int
) -> None:
    service()
    au_registre("agathe")
    jeton = franceconnect.jeton("agathe", **retouche)
    verifier_v3(appeler(FRANCE_CONNECT, jeton), statut, code)
    assert appeler(V2, jeton).status_code == statut_v2
    assert not Echange.objects.exists()


def test_the_journal_tells_the_way_the_habilitation_and_the_digest_of_jti(
    franceconnect: FranceConnectLocal,
) -> None:
    habilitation = service(organisation=fabriques.organisation(nom="Ville de Belleroche"))
    etudiant = au_registre("agathe")
    jeton = franceconnect.jeton("agathe")
    jti = boucle.verifier(jeton).jti
    reponse = appeler(FRANCE_CONNECT, jeton)
    (trace,) = Echange.objects.all()
    assert (trace.voie, trace.interface, trace.issue) == ("france_connect", "v3", "donnees")
    assert (trace.habilitation_id, trace.jeton_id) == (habilitation.pk, None)
    assert (trace.organisation, trace.siret) == ("Ville de Belleroche", habilitation.organisation.siret)
    assert trace.recipient == RECIPIENT  # not the habilitation's: kept, not refused
    assert trace.etudiant_id == etudiant.pk
    assert trace.requete == reponse["X-Request-ID"]
    assert trace.jti_fc == hashlib.sha256(jti.encode()).hexdigest()
    assert trace.categories == ["inscription", "statut", "regime", "commune", "etablissement"]


def test_a_person_not_found_leaves_a_row_without_anybody(franceconnect: FranceConnectLocal) -> None:
    service()
    appeler(FRANCE_CONNECT, franceconnect.jeton("paule"))
    (trace,) = Echange.objects.all()
    assert (trace.issue, trace.etudiant_id, trace.voie) == ("non_trouve", None, "france_connect")
    assert trace.jti_fc


def test_the_quota_is_the_service_s_whoever_the_citizen_is(franceconnect: FranceConnectLocal) -> None:
    service(quota_par_seconde=3)
    jetons = []
    for cle in ("agathe", "hugo", "ines", "leo", "nadir"):
        au_registre(cle)
        jetons.append(franceconnect.jeton(cle))
    reponses = [appeler(FRANCE_CONNECT, jeton) for jeton in jetons]
    assert [reponse.status_code for reponse in reponses[:3]] == [200] * 3
    refusees = [reponse for reponse in reponses if reponse.status_code == 429]
    assert refusees
    assert int(refusees[0]["Retry-After"]) >= 1
    assert refusees[0]["RateLimit-Limit"] == "3"


def test_a_token_of_ours_beside_adds_its_addresses_and_its_quota(
    franceconnect: FranceConnectLocal,
) -> None:
    service()
    au_registre("agathe")
    fc = franceconnect.jeton("agathe")
    ailleurs = fabriques.jeton("mesri_admission", adresses=["203.0.113.0/24"])
    verifier_v3(appeler(FRANCE_CONNECT, fc, **ailleurs.cle), 403, "00107")
    assert appeler(V2, fc, **ailleurs.cle).status_code == 403
    serre = fabriques.jeton("mesri_admission", quota_par_seconde=1)
    premiere = appeler(FRANCE_CONNECT, fc, **serre.cle)
    assert premiere.status_code == 200
    assert (premiere["RateLimit-Limit"], premiere["RateLimit-Remaining"]) == ("1", "0")
    assert appeler(FRANCE_CONNECT, fc, **serre.cle).status_code == 429


def test_what_the_token_s_quota_refuses_is_not_counted_to_the_service(
    franceconnect: FranceConnectLocal,
) -> None:
    service(quota_par_seconde=3)
    au_registre("agathe")
    fc = franceconnect.jeton("agathe")
    serre = fabriques.jeton("mesri_admission", quota_par_seconde=1)
    codes = [appeler(FRANCE_CONNECT, fc, **serre.cle).status_code for _ in range(4)]
    assert codes[0] == 200
    assert 429 in codes
    restant = appeler(FRANCE_CONNECT, fc)
    # Without the token's refusals, only two calls of the service were counted in this second.
    assert restant.status_code == 200


@pytest.mark.parametrize("situation", ["revoque", "expire", "inconnu"])
def test_a_dead_or_unknown_token_beside_changes_nothing(
    franceconnect: FranceConnectLocal, situation: str
) -> None:
    service()
    au_registre("agathe")
    cle = (
        fabriques.jeton("mesri_admission", adresses=["203.0.113.0/24"], **{situation: True}).cle
        if situation != "inconnu"
        else {"X-Api-Key": "ase_l_nimporte"}
    )
    assert appeler(FRANCE_CONNECT, franceconnect.jeton("agathe"), **cle).status_code == 200


def test_v3_says_that_franceconnect_s_token_is_missing(franceconnect: FranceConnectLocal) -> None:
    verifier_v3(Client().get(FRANCE_CONNECT, {"recipient": RECIPIENT}), 401, "51504")
    emis = fabriques.jeton()
    verifier_v3(Client().get(FRANCE_CONNECT, {"recipient": RECIPIENT}, headers=emis.cle), 401, "51504")


def test_one_of_our_tokens_as_bearer_is_malformed_and_does_not_leave(
    franceconnect: FranceConnectLocal,
) -> None:
    emis = fabriques.jeton()
    verifier_v3(appeler(FRANCE_CONNECT, emis.secret), 401, "51501")
    verifier_v2(appeler(V2, emis.secret), 401, "access_denied")
    assert "checktoken" not in franceconnect.comptes()


#: Behaviour of FranceConnect → status and code of v3; v2 has the status alone. Written from the specification.
PANNES = {
    "expire": (401, "51502"),
    "inactif": (401, "51502"),
    "mauvais_destinataire": (502, "51999"),
    "mauvais_emetteur": (502, "51999"),
    "vieille_reponse": (502, "51999"),
    "alg_none": (502, "51999"),
    "hs256": (502, "51999"),
    "kid_inconnu": (502, "51999"),
    "mauvaise_signature": (502, "51999"),
    "signe_non_chiffre": (502, "51999"),
    "pour_une_autre_cle": (502, "51999"),
    "json_en_clair": (502, "51999"),
    "plusieurs_destinataires": (502, "51999"),
    "redirection": (502, "51999"),
    "gros_corps": (502, "51999"),
    "identifiants_refuses": (502, "51999"),
    "lent": (504, "51002"),
    "en_panne": (503, "51001"),
}


@pytest.mark.parametrize(("comportement", "attendu"), PANNES.items())
def test_no_data_leaves_when_franceconnect_lies_or_is_missing(
    franceconnect: FranceConnectLocal, comportement: str, attendu: tuple[int, str]
) -> None:
    service("mesri_inscription_etudiant", *MASQUES, "mesri_admission")
    etudiant = au_registre("agathe")
    franceconnect.comporter(comportement)
    statut, code = attendu
    reponse = appeler(FRANCE_CONNECT, franceconnect.jeton("agathe"))
    (erreur,) = verifier_v3(reponse, statut, code)
    assert {"provider": "FranceConnect"}.items() <= erreur["meta"].items()
    assert not {etudiant.ine, "Agathe", "2004-05-17"} & set(reponse.content.decode().split('"'))
    if comportement != "lent":
        assert appeler(V2, franceconnect.jeton("agathe")).status_code == statut
    if code == "51001":
        assert int(reponse["Retry-After"]) == erreur["meta"]["retry_in"] == 10
    assert not Echange.objects.exists()


def test_the_command_makes_a_habilitation_that_works_at_once(franceconnect: FranceConnectLocal) -> None:
    from io import StringIO

    from django.core.management import call_command

    sortie = StringIO()
    call_command(
        "creer_jeton",
        "--siret", RECIPIENT, "--intitule", "Essai", "--type", "franceconnect", "--client-id", "client-neuf",
        "--scopes", "mesri_admissions,mesri_admission_etablissement_etude",
        stdout=sortie, stderr=StringIO(),
    )  # fmt: skip
    assert sortie.getvalue() == ""
    assert not Jeton.objects.exists()
    assert Habilitation.objects.get().scopes == ["mesri_admission_etablissement_etudes", "mesri_admissions"]
    au_registre("agathe")
    jeton = franceconnect.jeton("agathe", "mesri_admissions", service="client-neuf")
    assert appeler(FRANCE_CONNECT, jeton).status_code == 200


def test_fictitious_students_are_never_within_reach(franceconnect: FranceConnectLocal) -> None:
    service()
    au_registre("agathe")
    fabriques.inscrit(
        fictif=True,
        identite={
            "nom_naissance": "De la Tourelle",
            "prenoms": ["Hugo"],
            "sexe": "M",
            "date_naissance": "2003-02-28",
            "lieu_naissance": "33063",
        },
    )
    verifier_v3(appeler(FRANCE_CONNECT, franceconnect.jeton("hugo")), 404, "25003")
