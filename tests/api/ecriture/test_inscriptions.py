"""`GET /api/inscriptions` and `DELETE /api/inscription/{id}`: an establishment's own records, and only them."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referentiel.models import Echange, Historique, Inscription
from tests.api.ecriture.aides import (
    FICTIVE,
    INE,
    PARIS,
    TOULOUSE,
    Appelant,
    creer_etudiant,
    creer_jeton,
    enregistrement,
)

pytestmark = pytest.mark.django_db

URL = "/api/inscriptions"


def creer(etudiant, etablissement, **champs):
    base = {
        "statut": "inscrit",
        "date_debut": date(2026, 9, 1),
        "date_fin": date(2027, 8, 31),
        "code_commune": etablissement.code_commune,
        "source": "api",
        "fictif": etablissement.fictif,
    }
    return Inscription.objects.create(etudiant=etudiant, etablissement=etablissement, **(base | champs))


def creer_plusieurs(etudiant, etablissement, nombre):
    return [creer(etudiant, etablissement, diplome=f"D{numero}") for numero in range(nombre)]


def ids(response):
    assert response.status_code == 200, response.content
    return [int(une["id_inscription"]) for une in response.json()["inscriptions"]]


def test_the_list_gives_each_inscription_with_its_fields(appelant, etudiant):
    appelant.poster(enregistrement(regime="RF5", cursus="L", diplome="Licence"))
    response = appelant.lire(URL)
    [inscription] = response.json()["inscriptions"]
    en_base = Inscription.objects.get()
    instants = {
        cle: datetime.fromisoformat(inscription.pop(cle)) for cle in ("creeeLe", "modifieeLe", "confirmeeLe")
    }
    assert instants["creeeLe"] == en_base.cree_le
    assert inscription == {
        "id_inscription": str(en_base.pk),
        "ine": INE,
        "dateNaissance": "2004-03-27",
        "uai": TOULOUSE,
        "dateDebutInscription": "2026-09-01",
        "dateFinInscription": "2027-08-31",
        "statut": "inscrit",
        "regime": "RF5",
        "codeCommune": "31555",
        "cursus": "L",
        "diplome": "Licence",
        "source": "api",
    }
    assert "suivant" not in response.json()
    assert response["Cache-Control"] == "no-store"
    assert response["RateLimit-Limit"] == "1000"


def test_reading_again_is_not_an_exchange(appelant, etudiant, toulouse):
    creer(etudiant, toulouse)
    appelant.lire(URL)
    assert not Echange.objects.exists()


def test_a_caller_sees_only_their_own_inscriptions(appelant, etudiant, toulouse, paris, fictive):
    mienne = creer(etudiant, toulouse)
    creer(etudiant, paris)
    creer(creer_etudiant(fictif=True), fictive)
    assert ids(appelant.lire(URL)) == [mienne.pk]


def test_a_token_of_two_establishments_sees_both(etudiant, toulouse, paris):
    attendues = [creer(etudiant, etablissement).pk for etablissement in (toulouse, paris)]
    appelant = Appelant(creer_jeton(TOULOUSE, PARIS))
    assert ids(appelant.lire(URL)) == sorted(attendues, reverse=True)
    assert ids(appelant.lire(URL, uai=PARIS)) == attendues[1:]


def test_the_sandbox_sees_only_its_own(bac_a_sable, etudiant, toulouse, fictive):
    creer(etudiant, toulouse)
    fictive_ = creer(creer_etudiant(fictif=True), fictive)
    assert ids(bac_a_sable.lire(URL)) == [fictive_.pk]
    assert ids(Appelant(creer_jeton(FICTIVE, TOULOUSE, type_="t")).lire(URL)) == [fictive_.pk]


def test_a_uai_outside_the_token_is_refused(appelant, paris):
    response = appelant.lire(URL, uai=PARIS)
    assert (response.status_code, response.json()["message"]) == (403, "accès refusé")


@pytest.mark.parametrize(
    ("filtre", "trouvees"),
    [
        ({"ine": INE}, {"ancienne", "admise"}),
        ({"ine": INE.lower()}, {"ancienne", "admise"}),
        ({"ine": "9999999999Z"}, set()),
        ({"uai": TOULOUSE}, {"ancienne", "admise", "autre"}),
        ({"statut": "admis"}, {"admise"}),
        ({"regime": "RF5"}, {"autre"}),
        ({"dateDebutDepuis": "2026-09-01"}, {"admise", "autre"}),
        ({"dateDebutJusqua": "2026-09-01"}, {"ancienne", "admise"}),
        ({"dateDebutDepuis": "2026-09-01", "dateDebutJusqua": "2026-09-30"}, {"admise"}),
        ({"modifieDepuis": "2026-11-20T00:00:00Z"}, {"admise", "autre"}),
        ({"statut": "", "ine": ""}, {"ancienne", "admise", "autre"}),
    ],
)
def test_the_filters_choose_what_is_listed(appelant, etudiant, toulouse, filtre, trouvees):
    autre = creer_etudiant("1234567891W")
    creees = {
        "ancienne": creer(etudiant, toulouse, date_debut=date(2025, 9, 1), date_fin=date(2026, 8, 31)),
        "admise": creer(etudiant, toulouse, statut="admis"),
        "autre": creer(autre, toulouse, regime="RF5", date_debut=date(2026, 10, 1)),
    }
    Inscription.objects.filter(pk=creees["ancienne"].pk).update(modifie_le="2026-01-01T00:00:00Z")
    Inscription.objects.exclude(pk=creees["ancienne"].pk).update(modifie_le="2026-11-20T12:00:00Z")
    par_id = {inscription.pk: nom for nom, inscription in creees.items()}
    assert {par_id[un] for un in ids(appelant.lire(URL, **filtre))} == trouvees


@pytest.mark.parametrize(
    ("parametre", "valeur"),
    [
        ("ine", "12"),
        ("ine", "1234567890V\x00"),
        ("uai", "1"),
        ("statut", "diplome"),
        ("regime", "1"),
        ("dateDebutDepuis", "01/09/2026"),
        ("dateDebutDepuis", "2026-9-1"),
        ("dateDebutJusqua", "2026-02-30"),
        ("modifieDepuis", "hier"),
        ("limite", "0"),
        ("limite", "1001"),
        ("limite", "١"),
        ("limite", "9" * 5000),
        ("curseur", "-1"),
        ("curseur", "9" * 20),
        ("curseur", "abc"),
        ("inconnu", "1"),
        ("status", "admis"),
    ],
)
def test_a_wrong_filter_is_refused(appelant, parametre, valeur):
    response = appelant.lire(URL, **{parametre: valeur})
    assert response.status_code == 400, response.content
    corps = response.json()
    assert corps["message"] == "la valeur du paramètre n'est pas valide"
    assert corps["details"]["parameter"] == parametre
    assert corps["details"]["explication"]


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_instants_at_the_bounds_of_the_calendar_break_nothing(appelant, instant):
    assert appelant.lire(URL, modifieDepuis=instant).status_code in {200, 400}


def test_pages_have_neither_gap_nor_double_while_the_list_grows(etudiant, toulouse, paris):
    creees = creer_plusieurs(etudiant, toulouse, 5) + creer_plusieurs(etudiant, paris, 4)
    appelant = Appelant(creer_jeton(TOULOUSE, PARIS))
    lues, parametres = [], {"limite": 2}
    for numero in range(10):
        response = appelant.lire(URL, **parametres)
        lues += ids(response)
        creer(etudiant, toulouse, diplome=f"nouveau {numero}")
        if (suivant := response.json().get("suivant")) is None:
            break
        parametres["curseur"] = suivant
    assert lues == sorted((une.pk for une in creees), reverse=True)


def test_the_number_of_statements_is_constant(etudiant, toulouse, paris):
    appelant = Appelant(creer_jeton(TOULOUSE, PARIS))
    comptes = []
    for serie in range(3):
        for numero in range(10):
            creer(etudiant, toulouse, diplome=f"{serie}-{numero}")
        with CaptureQueriesContext(connection) as requetes:
            appelant.lire(URL)
        comptes.append(len(requetes))
        assert not any("COUNT(" in requete["sql"].upper() for requete in requetes)
    assert comptes == [3, 3, 3]  # and the opening of the call, prepared beside Django's cursors


class TestRetrait:
    def test_a_caller_withdraws_their_own_inscription(self, appelant, etudiant, toulouse):
        inscription = creer(etudiant, toulouse)
        response = appelant.retirer(f"/api/inscription/{inscription.pk}")
        assert response.status_code == 200
        assert response.json() == {
            "message": "inscription retirée",
            "inscription": {"id_inscription": str(inscription.pk)},
        }
        assert not Inscription.objects.exists()
        trace = Historique.objects.get(operation="suppression")
        assert trace.avant["date_debut"] == "2026-09-01"
        assert trace.auteur.startswith("jeton:")

    def test_withdrawing_another_s_inscription_answers_like_an_absent_one(
        self, appelant, etudiant, paris, fictive
    ):
        refus = []
        autres = [creer(etudiant, paris).pk, creer(creer_etudiant(fictif=True), fictive).pk]
        for id_ in [*autres, 999_999_999, 10**17, "9" * 40, "abc", "0", "-1", "١", "%00"]:
            response = appelant.retirer(f"/api/inscription/{id_}")
            assert response.status_code == 404, response.content
            refus.append(response.json() | {"uid": ""})
        assert refus == [
            {
                "message": "inscription introuvable",
                "uid": "",
                "details": {"method": "DELETE", "endpoint": "inscription", "parameter": "id_inscription"},
            }
        ] * len(refus)
        assert Inscription.objects.count() == 2

    def test_withdrawing_twice_finds_nothing_the_second_time(self, appelant, etudiant, toulouse):
        inscription = creer(etudiant, toulouse)
        reponses = [appelant.retirer(f"/api/inscription/{inscription.pk}").status_code for _ in range(2)]
        assert reponses == [200, 404]

    def test_a_withdrawn_inscription_can_be_declared_again(self, appelant, etudiant):
        premiere = appelant.poster(enregistrement()).json()["inscription"]["id_inscription"]
        appelant.retirer(f"/api/inscription/{premiere}")
        seconde = appelant.poster(enregistrement()).json()
        assert seconde["message"] == "une nouvelle inscription créée"
        assert seconde["inscription"]["id_inscription"] != premiere

    def test_withdrawing_without_token_is_refused(self, appelant, etudiant, toulouse):
        inscription = creer(etudiant, toulouse)
        appelant.entetes = {}
        assert appelant.retirer(f"/api/inscription/{inscription.pk}").status_code == 401
        assert Inscription.objects.exists()
