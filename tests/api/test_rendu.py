"""The bodies of the reading API, letter for letter."""

import orjson

from referentiel.dossiers import Dossier, Trouve
from tests.api.rendus import rendre_v2, rendre_v3

SCOPES = frozenset(
    {
        "mesri_inscription_etudiant",
        "mesri_inscription_autre",
        "mesri_admission",
        "mesri_identifiant",
        "mesri_identite",
        "mesri_etablissements",
    }
)
LICENCE = Dossier(
    "inscrit", "RF4", "2026-09-01", "2027-08-31", "31555", "0311384L", "Université Toulouse III"
)
MASTER = Dossier("admis", "RF6", "2027-09-01", "2028-08-31", "75105", "0755890V", "Sorbonne")
ETUDIANTE = Trouve(42, "120890177fa", "D'ARTAGNAN", "Marie-Anne", "2004-05-06", [LICENCE, MASTER])


def test_the_whole_body_of_v2_is_as_the_contract_says():
    assert orjson.dumps(rendre_v2(ETUDIANTE, SCOPES)).decode() == (
        '{"ine":"120890177FA","nom":"D\'ARTAGNAN","prenom":"Marie-Anne","dateNaissance":"2004-05-06","inscriptions":['
        '{"statut":"admis","regime":"formation continue",'
        '"dateDebutAdmission":"2027-09-01","dateFinAdmission":"2028-08-31",'
        '"codeCommune":"75105","etablissement":{"uai":"0755890V","nom":"Sorbonne"}},'
        '{"statut":"inscrit","regime":"formation initiale",'
        '"dateDebutInscription":"2026-09-01","dateFinInscription":"2027-08-31",'
        '"codeCommune":"31555","etablissement":{"uai":"0311384L","nom":"Université Toulouse III"}}]}'
    )


def test_the_whole_body_of_v3_is_as_the_contract_says():
    assert orjson.dumps(rendre_v3(ETUDIANTE, SCOPES)).decode() == (
        '{"data":{"identite":{"nom_naissance":"D\'ARTAGNAN","prenom":"Marie-Anne","date_naissance":"2004-05-06"},'
        '"admissions":['
        '{"est_inscrit":false,'
        '"regime_formation":{"libelle":"formation continue hors contrat professionnel","code":"RF6"},'
        '"date_debut":"2027-09-01","date_fin":"2028-08-31",'
        '"code_cog_insee_commune":"75105","etablissement_etudes":{"uai":"0755890V","nom":"Sorbonne"}},'
        '{"est_inscrit":true,"regime_formation":{"libelle":"contrat d\'apprentissage","code":"RF4"},'
        '"date_debut":"2026-09-01","date_fin":"2027-08-31",'
        '"code_cog_insee_commune":"31555",'
        '"etablissement_etudes":{"uai":"0311384L","nom":"Université Toulouse III"}}]},'
        '"links":{},"meta":{}}'
    )


def test_through_franceconnect_the_identity_stays_in_v2_and_disappears_in_v3():
    v2 = rendre_v2(ETUDIANTE, SCOPES, france_connect=True)
    v3 = rendre_v3(ETUDIANTE, SCOPES, france_connect=True)
    assert v2 == rendre_v2(ETUDIANTE, SCOPES)
    assert "identite" not in v3["data"]
    assert v3["data"]["admissions"] == rendre_v3(ETUDIANTE, SCOPES)["data"]["admissions"]


def test_a_student_without_a_record_does_not_exist():
    sans = ETUDIANTE._replace(dossiers=[])
    assert rendre_v2(sans, SCOPES) is None
    assert rendre_v3(sans, SCOPES) is None


def test_the_most_recent_comes_first_by_start_then_by_end():
    dossiers = [
        LICENCE._replace(date_debut=debut, date_fin=fin)
        for debut, fin in (
            ("2026-09-01", "2027-06-30"),
            ("2027-01-15", "2027-03-01"),
            ("2026-09-01", "2027-08-31"),
        )
    ]
    v2 = rendre_v2(ETUDIANTE._replace(dossiers=dossiers), SCOPES)["inscriptions"]
    v3 = rendre_v3(ETUDIANTE._replace(dossiers=dossiers), SCOPES)["data"]["admissions"]
    attendu = [("2027-01-15", "2027-03-01"), ("2026-09-01", "2027-08-31"), ("2026-09-01", "2027-06-30")]
    assert [(d["dateDebutInscription"], d["dateFinInscription"]) for d in v2] == attendu
    assert [(d["date_debut"], d["date_fin"]) for d in v3] == attendu


def test_two_records_that_look_alike_once_masked_stay_two():
    dossiers = [LICENCE, LICENCE._replace(uai="0755890V")]
    v3 = rendre_v3(ETUDIANTE._replace(dossiers=dossiers), frozenset({"mesri_admissions"}))
    assert v3["data"]["admissions"] == [{"date_debut": "2026-09-01", "date_fin": "2027-08-31"}] * 2


def test_unknown_values_leave_their_keys_out_and_the_others_present():
    inconnues = ETUDIANTE._replace(
        prenom="", dossiers=[LICENCE._replace(code_commune="", etablissement=""), MASTER._replace(uai="")]
    )
    v2 = rendre_v2(inconnues, SCOPES)
    assert "prenom" not in v2
    assert v2["nom"] == "D'ARTAGNAN"
    assert "codeCommune" not in v2["inscriptions"][1]
    assert v2["inscriptions"][1]["etablissement"] == {"uai": "0311384L"}
    assert v2["inscriptions"][0]["etablissement"] == {"nom": "Sorbonne"}
    v3 = rendre_v3(inconnues, SCOPES)["data"]
    assert v3["identite"] == {"nom_naissance": "D'ARTAGNAN", "date_naissance": "2004-05-06"}
    assert "code_cog_insee_commune" not in v3["admissions"][1]
    assert v3["admissions"][1]["etablissement_etudes"] == {"uai": "0311384L"}
