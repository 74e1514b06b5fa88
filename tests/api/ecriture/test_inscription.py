"""`POST /api/inscription`: what is taken, and what is answered."""

import re

import pytest

from referentiel.models import Anomalie, Etudiant, Historique, Inscription
from tests.api.ecriture.aides import IDENTITE, INE, PARIS, TOULOUSE, Appelant, creer_jeton, enregistrement

pytestmark = pytest.mark.django_db


def test_une_inscription_nouvelle(appelant, etudiant):
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


def test_la_meme_inscription_deux_fois_ne_fait_qu_une_ligne(appelant, etudiant):
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
def test_un_champ_change_met_a_jour(appelant, etudiant, champ, valeur):
    premiere = appelant.poster(enregistrement()).json()
    seconde = appelant.poster(enregistrement(**{champ: valeur})).json()
    assert seconde["message"] == "inscription mise à jour"
    assert seconde["inscription"]["id_inscription"] == premiere["inscription"]["id_inscription"]
    assert Inscription.objects.count() == 1


@pytest.mark.parametrize("champ", ["dateDebutInscription", "diplome"])
def test_une_autre_cle_fait_une_autre_inscription(appelant, etudiant, champ):
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
def test_formes_du_statut(appelant, etudiant, forme, statut):
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
def test_formes_du_regime(appelant, etudiant, forme, regime):
    assert appelant.poster(enregistrement(regime=forme)).status_code == 200
    assert Inscription.objects.get().regime == regime


def test_ine_en_minuscules_et_reponse_en_majuscules(appelant, etudiant):
    assert appelant.poster(enregistrement(ine=INE.lower())).json()["inscription"]["ine"] == INE


def test_code_postal_de_l_etablissement_converti_et_signale(appelant, etudiant):
    corps = appelant.poster(enregistrement(codeCommune="31400")).json()
    assert corps["inscription"]["codeCommune"] == "31555"
    [avis] = corps["avis"]
    assert (avis["parameter"], avis["code"]) == ("codeCommune", "code_postal_converti")
    assert "31555" in avis["explication"]


def test_cle_fausse_prise_avec_un_avis(appelant):
    corps = appelant.poster(enregistrement(ine="1234567890W", identite=IDENTITE)).json()
    assert corps["message"] == MESSAGE_CREEE
    assert [avis["code"] for avis in corps["avis"]] == ["cle"]


def test_ine_inconnu_avec_identite_cree_l_etudiant_a_verifier(appelant):
    assert appelant.poster(enregistrement(identite=IDENTITE)).status_code == 200
    etudiant = Etudiant.objects.get()
    assert (etudiant.nom_naissance, etudiant.prenoms) == ("Le Goff", ["Anne-Marie", "Gaëlle"])
    assert (etudiant.identite_verifiee, etudiant.fictif) == (False, False)


def test_autre_nom_pris_avec_un_avis_et_une_anomalie(appelant, etudiant):
    corps = appelant.poster(enregistrement(identite=IDENTITE | {"nomNaissance": "Martin"})).json()
    assert corps["message"] == MESSAGE_CREEE
    assert [(avis["parameter"], avis["code"]) for avis in corps["avis"]] == [
        ("identite.nomNaissance", "nom_different")
    ]
    etudiant.refresh_from_db()
    assert etudiant.nom_naissance == "Le Goff"
    assert Anomalie.objects.get().type == "nom_different"


def test_l_historique_nomme_le_jeton(appelant, etudiant):
    appelant.poster(enregistrement())
    [auteur] = Historique.objects.filter(objet="inscription").values_list("auteur", flat=True)
    assert re.fullmatch(r"jeton:\d+", auteur)


def test_un_jeton_de_deux_etablissements_ecrit_pour_les_deux(toulouse, paris, etudiant):
    appelant = Appelant(creer_jeton(TOULOUSE, PARIS))
    for uai, commune in ((TOULOUSE, "31555"), (PARIS, "75105")):
        corps = appelant.poster(enregistrement(uai=uai)).json()
        assert (corps["inscription"]["uai"], corps["inscription"]["codeCommune"]) == (uai, commune)
    assert Inscription.objects.count() == 2


def test_bearer_vaut_x_api_key(toulouse, etudiant):
    appelant = Appelant(creer_jeton(TOULOUSE), entete="Bearer")
    assert appelant.poster(enregistrement()).status_code == 200


def test_json_quel_que_soit_accept(appelant, etudiant):
    appelant.entetes["Accept"] = "text/html"
    assert appelant.poster(enregistrement())["Content-Type"] == "application/json; charset=utf-8"
