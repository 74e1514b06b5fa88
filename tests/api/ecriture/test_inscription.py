"""`POST /api/inscription`: what is taken, and what is answered."""

import re

import pytest

from referentiel.models import Anomalie, Etudiant, Historique, Inscription
from tests.api.ecriture.aides import IDENTITE, INE, PARIS, TOULOUSE, Appelant, creer_jeton, enregistrement

pytestmark = pytest.mark.django_db


def test_a_new_inscription_is_created(appelant, etudiant):
    response = appelant.poster(enregistrement())

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    inscription = Inscription.objects.get()
    assert response.json() == {
        "message": "une nouvelle inscription créée",
        "inscription": {
            "id_inscription": str(inscription.pk),
            "ine": INE,
            "dateNaissance": "2004-03-27",
            "dateDebutInscription": "2026-09-01",
            "dateFinInscription": "2027-08-31",
            "statut": "inscrit",
            "codeCommune": "31555",
            "uai": TOULOUSE,
        },
    }
    assert (inscription.etudiant, inscription.regime, inscription.source) == (etudiant, "RF1", "api")
    assert not inscription.fictif


def test_the_same_inscription_sent_twice_makes_one_line_only(appelant, etudiant):
    premiere = appelant.poster(enregistrement(diplome="Licence de droit")).json()
    seconde = appelant.poster(enregistrement(diplome=" Licence  de droit ")).json()
    assert seconde == {**premiere, "message": "inscription inchangée"}
    assert Inscription.objects.count() == 1


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("statut", "admis"),
        ("regime", "RF5"),
        ("dateFinInscription", "2028-08-31"),
        ("codeCommune", "31557"),
        ("cursus", "M"),
        ("niveauDiplome", "bac+5"),
    ],
)
def test_a_changed_field_updates_the_inscription(appelant, etudiant, champ, valeur):
    premiere = appelant.poster(enregistrement()).json()
    seconde = appelant.poster(enregistrement(**{champ: valeur})).json()
    assert seconde["message"] == "inscription mise à jour"
    assert seconde["inscription"]["id_inscription"] == premiere["inscription"]["id_inscription"]
    assert Inscription.objects.count() == 1


@pytest.mark.parametrize("champ", ["dateDebutInscription", "diplome"])
def test_another_key_makes_another_inscription(appelant, etudiant, champ):
    valeur = {"dateDebutInscription": "2026-10-01", "diplome": "Master"}[champ]
    appelant.poster(enregistrement())
    assert appelant.poster(enregistrement(**{champ: valeur})).json()["message"] == MESSAGE_CREEE
    assert Inscription.objects.count() == 2


MESSAGE_CREEE = "une nouvelle inscription créée"


@pytest.mark.parametrize(
    ("forme", "statut"),
    [
        (1, "admis"),
        ("1", "admis"),
        ("admis", "admis"),
        (2, "inscrit"),
        ("2", "inscrit"),
        ("inscrit", "inscrit"),
    ],
)
def test_every_form_of_the_statut_is_read(appelant, etudiant, forme, statut):
    assert appelant.poster(enregistrement(statut=forme)).json()["inscription"]["statut"] == statut


#: Contract §6: the numbers follow this order.
REGIMES = [
    ("formation initiale", "RF1"),
    ("formation continue", "RF5"),
    ("formation initiale hors apprentissage", "RF2"),
    ("reprise d'études non financée sans convention", "RF3"),
    ("contrat d'apprentissage", "RF4"),
    ("formation continue hors contrat professionnel", "RF6"),
    ("contrat de professionnalisation", "RF7"),
]


@pytest.mark.parametrize(
    ("forme", "regime"),
    [
        *REGIMES,
        *((code, code) for _, code in REGIMES),
        *((numero, code) for numero, (_, code) in enumerate(REGIMES, 1)),
        *((str(numero), code) for numero, (_, code) in enumerate(REGIMES, 1)),
        (..., "RF1"),
    ],
)
def test_every_form_of_the_regime_is_read(appelant, etudiant, forme, regime):
    assert appelant.poster(enregistrement(regime=forme)).status_code == 200
    assert Inscription.objects.get().regime == regime


def test_an_ine_sent_in_lower_case_is_answered_in_upper_case(appelant, etudiant):
    assert appelant.poster(enregistrement(ine=INE.lower())).json()["inscription"]["ine"] == INE


def test_a_postcode_of_the_establishment_is_converted_and_told(appelant, etudiant):
    corps = appelant.poster(enregistrement(codeCommune="31400")).json()
    assert corps["inscription"]["codeCommune"] == "31555"
    [avis] = corps["avis"]
    assert (avis["parameter"], avis["code"]) == ("codeCommune", "code_postal_converti")
    assert "31555" in avis["explication"]


def test_an_ine_with_a_wrong_key_is_taken_with_a_notice(appelant):
    corps = appelant.poster(enregistrement(ine="1234567890W", identite=IDENTITE)).json()
    assert corps["message"] == MESSAGE_CREEE
    assert [avis["code"] for avis in corps["avis"]] == ["cle"]


def test_an_unknown_ine_with_an_identity_creates_the_student_to_be_verified(appelant):
    assert appelant.poster(enregistrement(identite=IDENTITE)).status_code == 200
    etudiant = Etudiant.objects.get()
    assert (etudiant.nom_naissance, etudiant.prenoms) == ("Le Goff", ["Anne-Marie", "Gaëlle"])
    assert (etudiant.identite_verifiee, etudiant.fictif) == (False, False)


def test_another_name_is_taken_with_a_notice_and_an_anomaly(appelant, etudiant):
    corps = appelant.poster(enregistrement(identite=IDENTITE | {"nomNaissance": "Martin"})).json()
    assert corps["message"] == MESSAGE_CREEE
    assert [(avis["parameter"], avis["code"]) for avis in corps["avis"]] == [
        ("identite.nomNaissance", "nom_different")
    ]
    etudiant.refresh_from_db()
    assert etudiant.nom_naissance == "Le Goff"
    assert Anomalie.objects.get().type == "nom_different"


def test_the_history_names_the_token(appelant, etudiant):
    appelant.poster(enregistrement())
    [auteur] = Historique.objects.filter(objet="inscription").values_list("auteur", flat=True)
    assert re.fullmatch(r"jeton:\d+", auteur)


def test_a_token_of_two_establishments_writes_for_both(toulouse, paris, etudiant):
    appelant = Appelant(creer_jeton(TOULOUSE, PARIS))
    for uai, commune in ((TOULOUSE, "31555"), (PARIS, "75105")):
        corps = appelant.poster(enregistrement(uai=uai)).json()
        assert (corps["inscription"]["uai"], corps["inscription"]["codeCommune"]) == (uai, commune)
    assert Inscription.objects.count() == 2


def test_a_bearer_is_worth_an_x_api_key(toulouse, etudiant):
    appelant = Appelant(creer_jeton(TOULOUSE), entete="Bearer")
    assert appelant.poster(enregistrement()).status_code == 200


def test_the_answer_is_json_whatever_accept_says(appelant, etudiant):
    appelant.entetes["Accept"] = "text/html"
    assert appelant.poster(enregistrement())["Content-Type"] == "application/json; charset=utf-8"
