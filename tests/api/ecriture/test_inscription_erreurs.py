"""`POST /api/inscription`: every refusal, its status, its body, and that nothing is written."""

import json
import re
from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from habilitations.models import Jeton
from referentiel.models import Etudiant, Inscription
from tests.api.ecriture.aides import (
    IDENTITE,
    INE,
    PARIS,
    TOULOUSE,
    Appelant,
    creer_etudiant,
    creer_jeton,
    enregistrement,
)

pytestmark = pytest.mark.django_db

INVALIDE = "la valeur du paramètre n'est pas valide"


def verifier(response, statut, message, parametre):
    """The refusal is exactly the contract's, and nothing was written. Returns our own keys."""
    assert response.status_code == statut, response.content
    assert response["Content-Type"] == "application/json; charset=utf-8"
    corps = response.json()
    assert list(corps) == ["message", "uid", "details"]
    assert corps["message"] == message
    assert re.fullmatch(r"[0-9a-f]{13}_0000", corps["uid"])
    assert response["X-Request-ID"].startswith(corps["uid"][:13])
    details = corps["details"]
    assert list(details)[:3] == ["method", "endpoint", "parameter"]
    assert (details["method"], details["endpoint"]) == ("POST", "inscription")
    assert details["parameter"] == parametre
    assert not Inscription.objects.exists()
    return details


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("ine", ...),
        ("ine", ""),
        ("ine", None),
        ("ine", "12345"),
        ("ine", INE + "\n0"),
        ("ine", 1234567890),
        ("dateNaissance", ...),
        ("dateNaissance", "27/03/2004"),
        ("dateNaissance", "20040327"),
        ("dateNaissance", "2004-02-30"),
        ("dateNaissance", "1899-12-31"),
        ("dateNaissance", "2999-01-01"),
        ("uai", ...),
        ("uai", "31384L"),
        ("uai", ["0311384L"]),
        ("dateDebutInscription", ...),
        ("dateDebutInscription", "2026-W36-2"),
        ("dateFinInscription", ...),
        ("dateFinInscription", "2026-09-01"),
        ("dateFinInscription", "2026-08-31"),
        ("dateFinInscription", "2032-09-02"),
        ("statut", ...),
        ("statut", 3),
        ("statut", True),
        ("statut", 1.0),
        ("statut", "diplômé"),
        ("regime", "RF8"),
        ("regime", 0),
        ("regime", 8),
        ("regime", -1),
        ("codeCommune", "3155"),
        ("codeCommune", "99999"),
        ("codeCommune", 31555),
        ("cursus", "LMD"),
        ("diplome", "x" * 256),
        ("diplome", {"nom": "Licence"}),
        ("niveauDiplome", "x" * 101),
        ("identite", "Le Goff"),
    ],
)
def test_a_wrong_value_is_refused(appelant, etudiant, champ, valeur):
    details = verifier(appelant.poster(enregistrement(**{champ: valeur})), 400, INVALIDE, champ)
    assert details["explication"].endswith(".")


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("nomNaissance", ...),
        ("nomNaissance", "12"),
        ("prenoms", ...),
        ("prenoms", "Anne-Marie"),
        ("prenoms", ["A"] * 21),
        ("sexe", "X"),
        ("codeCogInseeCommuneNaissance", "315"),
    ],
)
def test_a_wrong_identity_is_refused(appelant, champ, valeur):
    identite = {cle: v for cle, v in (IDENTITE | {champ: valeur}).items() if v is not ...}
    verifier(appelant.poster(enregistrement(identite=identite)), 400, INVALIDE, f"identite.{champ}")
    assert not Etudiant.objects.exists()


def test_the_first_error_in_the_contract_s_order_is_answered_with_all_beside_it(appelant, etudiant):
    corps = enregistrement(statut="?", uai="9999999X", dateDebutInscription="hier")
    details = verifier(appelant.poster(corps), 404, "établissement introuvable", "uai")
    assert [erreur["parameter"] for erreur in details["erreurs"]] == ["uai", "dateDebutInscription", "statut"]


def test_a_malformed_value_before_the_establishment_decides(appelant, etudiant):
    verifier(appelant.poster(enregistrement(ine="?", uai="9999999X")), 400, INVALIDE, "ine")


def test_an_unknown_establishment_is_refused(appelant, etudiant):
    verifier(appelant.poster(enregistrement(uai="9999999X")), 404, "établissement introuvable", "uai")


def test_the_establishment_of_another_is_refused(appelant, etudiant, paris):
    verifier(appelant.poster(enregistrement(uai=PARIS)), 403, "accès refusé", "uai")


def test_an_unknown_student_and_another_birth_date_answer_alike(appelant, etudiant):
    """Otherwise the answer would tell which INE exist."""
    autre = appelant.poster(enregistrement(dateNaissance="2004-03-28"))
    verifier(autre, 404, "étudiant introuvable", "[ine, dateNaissance]")
    inconnu = appelant.poster(enregistrement(ine="1234567891W"))
    verifier(inconnu, 404, "étudiant introuvable", "[ine, dateNaissance]")
    assert autre.json() | {"uid": ""} == inconnu.json() | {"uid": ""}


def test_another_birth_date_with_an_identity_creates_nobody(appelant, etudiant):
    response = appelant.poster(enregistrement(dateNaissance="2004-03-28", identite=IDENTITE))
    verifier(response, 404, "étudiant introuvable", "[ine, dateNaissance]")
    assert Etudiant.objects.count() == 1


class TestJeton:
    MESSAGE = "échec d'authentification"

    def test_no_token_is_refused(self, appelant):
        appelant.entetes = {}
        response = appelant.poster(enregistrement())
        verifier(response, 401, self.MESSAGE, "")
        assert "RateLimit-Limit" not in response

    @pytest.mark.parametrize("jeton", ["n-importe-quoi", "ase_e_" + "A" * 49, "é" * 20])
    def test_an_unknown_token_is_refused(self, appelant, jeton):
        response = Appelant(jeton.encode().decode("latin-1")).poster(enregistrement())
        verifier(response, 401, self.MESSAGE, "")
        assert jeton not in response.content.decode()
        assert "RateLimit-Limit" not in response

    def test_a_revoked_token_is_refused(self, appelant, etudiant):
        Jeton.objects.update(revoque_le=timezone.now(), motif_revocation="essai")
        verifier(appelant.poster(enregistrement()), 401, self.MESSAGE, "")

    def test_an_expired_token_is_refused(self, appelant, etudiant):
        Jeton.objects.update(
            cree_le=timezone.now() - timedelta(days=2), expire_le=timezone.now() - timedelta(seconds=1)
        )
        verifier(appelant.poster(enregistrement()), 401, self.MESSAGE, "")

    def test_a_reading_token_is_refused(self, toulouse, etudiant):
        response = Appelant(creer_jeton(type_="l")).poster(enregistrement())
        verifier(response, 401, self.MESSAGE, "")
        assert response["RateLimit-Limit"] == "1000"

    def test_a_sandbox_token_without_an_establishment_is_refused(self, toulouse, etudiant):
        verifier(Appelant(creer_jeton(type_="t")).poster(enregistrement()), 401, self.MESSAGE, "")

    def test_a_call_from_an_address_off_the_list_is_refused(self, appelant, etudiant):
        Jeton.objects.update(adresses=["192.0.2.0/24"])
        verifier(appelant.poster(enregistrement()), 403, "accès refusé", "")

    def test_a_token_in_the_url_is_refused_and_revoked(self, appelant, etudiant):
        jeton = appelant.entetes["X-API-Key"]
        response = appelant.poster(enregistrement(), chemin=f"/api/inscription?token={jeton}")
        verifier(response, 400, INVALIDE, "token")
        assert jeton not in response.content.decode()
        verifier(appelant.poster(enregistrement()), 401, self.MESSAGE, "")


def test_the_quota_is_held(toulouse, etudiant):
    appelant = Appelant(creer_jeton(TOULOUSE, quota=2))
    reponses = [appelant.poster(enregistrement(ine="?")) for _ in range(3)]
    assert [response["RateLimit-Remaining"] for response in reponses] == ["1", "0", "0"]
    verifier(reponses[2], 429, "trop de requêtes", "")
    assert int(reponses[2]["Retry-After"]) >= 1
    assert all(response["RateLimit-Limit"] == "2" for response in reponses)
    assert all(int(response["RateLimit-Reset"]) > 1_700_000_000 for response in reponses)


MALFORMES = {
    "vide": b"",
    "texte": b"bonjour",
    "tronque": b'{"ine": "1234',
    "suite": b"{} {}",
    "liste": b"[]",
    "nombre": b"12",
    "nul": b"null",
    "NaN": b'{"ine": NaN}',
    "infini": b'{"ine": 1e999}',
    "cle double": b'{"ine": "1234567890V", "ine": "1234567891W"}',
    "cle double profonde": b'{"identite": {"sexe": "M", "sexe": "F"}}',
    "profond": b"[" * 8_000 + b"]" * 8_000,
    "objets profonds": b'{"a":' * 2_500 + b"1" + b"}" * 2_500,
    "latin-1": b'{"ine": "\xe9"}',
    "utf-16": '{"ine": "1"}'.encode("utf-16"),
    "entier demesure": b'{"statut": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("corps", MALFORMES.values(), ids=MALFORMES)
def test_a_malformed_body_is_refused(appelant, etudiant, corps):
    response = appelant.poster(corps)
    assert response.status_code == 400, response.content
    assert response.json()["message"] == INVALIDE
    assert not Inscription.objects.exists()


@pytest.mark.parametrize("valeur", ['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff\\ud800"', '"\\u202e"'])
@pytest.mark.parametrize(
    "champ", ["ine", "dateNaissance", "uai", "dateFinInscription", "statut", "regime", "diplome", "cursus"]
)
def test_hostile_characters_are_refused(appelant, etudiant, champ, valeur):
    corps = json.dumps(enregistrement(**{champ: "VALEUR"})).replace('"VALEUR"', valeur).encode()
    verifier(appelant.poster(corps), 400, INVALIDE, champ)


def test_a_hostile_key_is_ignored(appelant, etudiant):
    corps = b'{"\\ud800": 1, "\\u0000": {"x": [1]}, ' + orjson.dumps(enregistrement())[1:]
    assert appelant.poster(corps).status_code == 200


def test_a_body_that_is_too_large_is_refused(appelant, etudiant):
    verifier(
        appelant.poster(enregistrement(autre="x" * 16_384)), 413, "la requête est trop volumineuse", "corps"
    )


def test_a_body_of_the_maximum_size_is_accepted(appelant, etudiant):
    corps = orjson.dumps(enregistrement())
    corps = corps[:-1] + b" " * (16_384 - len(corps)) + b"}"
    assert appelant.poster(corps).status_code == 200


@pytest.mark.parametrize(
    "type_",
    [
        "application/json; charset=utf-8", "text/plain", "text/xml", "application/x-www-form-urlencoded",
        "multipart/form-data", "x", "",
    ],
)  # fmt: skip
def test_the_body_is_json_whatever_its_header_announces(appelant, etudiant, type_):
    """Clients change the base URL and the token only, and the contract names no header but that of the token."""
    verifier(appelant.poster(b"ine=1234567890V&statut=inscrit", type_=type_), 400, INVALIDE, "corps")
    assert appelant.poster(enregistrement(), type_=type_).status_code == 200
    assert Inscription.objects.count() == 1


def test_another_method_is_refused(appelant):
    response = appelant.lire("/api/inscription")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert response.json()["message"] == "méthode non acceptée à cette adresse"


def test_a_failure_says_nothing_of_the_inside(appelant, etudiant, monkeypatch):
    def tomber(**_):
        raise RuntimeError(INE)

    monkeypatch.setattr("statut_etudiant.api.ecriture.inscription.contexte_d_une_ligne", tomber)
    response = appelant.poster(enregistrement())
    verifier(response, 500, "erreur serveur interne", "")
    assert INE not in response.content.decode()


def test_the_uid_is_in_the_logs_without_personal_data(appelant, etudiant, caplog):
    caplog.set_level("INFO")
    creer_etudiant("1234567891W")
    corps = appelant.poster(enregistrement(ine="1234567891W", dateNaissance="1901-02-03")).json()
    lignes = [enregistrement_.__dict__.get("faits", {}) for enregistrement_ in caplog.records]
    assert {"uid": corps["uid"], "statut": 404, "erreur": "etudiant"} in lignes
    assert "1234567891W" not in caplog.text
    assert "1901-02-03" not in caplog.text
