"""`POST /api/inscriptions` and `GET /api/lots/{id}`: many records at once, and what became of them."""

from uuid import uuid4

import orjson
import pytest

from habilitations.models import Jeton
from referentiel.imports.depots.conduite import demander_retrait
from referentiel.models import FragmentDeLot, Inscription, LigneSignalee, Lot
from referentiel.tasks import traiter_lots
from statut_etudiant.api.ecriture import lots
from tests.api.ecriture.aides import (
    FICTIVE,
    IDENTITE,
    PARIS,
    TOULOUSE,
    Appelant,
    creer_jeton,
    creer_organisation,
    enregistrement,
)

pytestmark = pytest.mark.django_db

URL = "/api/inscriptions"
NDJSON = "application/x-ndjson"


def plusieurs(nombre, **remplace):
    return [
        enregistrement(ine=f"{1234567890 + numero}A", identite=IDENTITE, **remplace)
        for numero in range(nombre)
    ]


def lignes(enregistrements):
    return b"\n".join(orjson.dumps(un) for un in enregistrements)


@pytest.mark.parametrize("ndjson", [False, True])
def test_a_batch_is_kept_then_processed(appelant, ndjson):
    envoyes = plusieurs(3)
    if ndjson:
        response = appelant.poster(lignes(envoyes) + b"\n", chemin=URL, type_=NDJSON)
    else:
        response = appelant.poster(envoyes, chemin=URL)

    assert response.status_code == 202, response.content
    lot = Lot.objects.get()
    assert response["Location"] == f"/api/lots/{lot.cle}"
    corps = response.json()
    assert corps["lot"]["id"] == str(lot.cle)
    assert (corps["lot"]["etat"], corps["lot"]["enregistrements"]) == ("en_attente", 3)
    assert (lot.canal, lot.uais, lot.fictif, lot.format) == (
        "api",
        [TOULOUSE],
        False,
        "ndjson" if ndjson else "json",
    )
    assert lot.jeton_id == Jeton.objects.get().pk
    assert not Inscription.objects.exists()

    assert traiter_lots() == 1
    suivi = appelant.lire(response["Location"]).json()
    assert suivi["etat"] == "termine"
    assert suivi["comptes"] == {
        "creees": 3,
        "modifiees": 0,
        "inchangees": 0,
        "rejetees": 0,
        "etudiantsCrees": 3,
        "avis": suivi["comptes"]["avis"],
    }
    assert (suivi["enregistrements"], suivi["lus"], suivi["erreurs"]) == (3, 3, [])
    assert {"deposeLe", "commenceLe", "finiLe"} <= suivi.keys()
    assert Inscription.objects.count() == 3


def test_a_batch_withdrawn_by_a_person_is_told_in_the_words_of_the_contract(appelant):
    adresse = appelant.poster(plusieurs(3), chemin=URL)["Location"]
    traiter_lots()
    demander_retrait(lot_id=Lot.objects.get().pk)
    assert appelant.lire(adresse).json()["etat"] == "termine"
    traiter_lots()
    suivi = appelant.lire(adresse).json()
    assert (suivi["etat"], suivi["comptes"]["creees"]) == ("annule", 3)
    assert suivi["message"].startswith("Lot retiré")
    assert not Inscription.objects.exists()


def test_rejected_lines_are_told_one_by_one(appelant, paris):
    envoyes = plusieurs(5)
    envoyes[1]["statut"] = "?"
    envoyes[3]["uai"] = PARIS
    envoyes[3]["dateFinInscription"] = "2026-02-30"
    suivi_url = appelant.poster(envoyes, chemin=URL)["Location"]
    traiter_lots()
    suivi = appelant.lire(suivi_url).json()
    assert (suivi["comptes"]["creees"], suivi["comptes"]["rejetees"]) == (3, 2)
    assert [(e["ligne"], e["parameter"], e["code"]) for e in suivi["erreurs"]] == [
        (2, "statut", "valeur_inconnue"),
        (4, "uai", "uai_non_autorise"),
        (4, "dateFinInscription", "date_impossible"),
    ]
    assert suivi["erreurs"][0]["valeur"] == "?"
    assert all(e["explication"].endswith(".") for e in suivi["erreurs"])


def test_an_all_or_nothing_batch_with_one_bad_line_writes_nothing(appelant):
    envoyes = [*plusieurs(2), enregistrement(statut="?")]
    response = appelant.poster(envoyes, chemin=f"{URL}?toutOuRien=true")
    assert response.json()["lot"]["toutOuRien"] is True
    traiter_lots()
    suivi = appelant.lire(response["Location"]).json()
    assert (suivi["etat"], suivi["comptes"]["creees"], suivi["comptes"]["rejetees"]) == ("termine", 0, 1)
    assert "Tout ou rien" in suivi["message"]
    assert not Inscription.objects.exists()


def test_the_pages_of_errors_give_every_error_once_in_order(appelant):
    suivi_url = appelant.poster([{"ine": "?"}] * 4, chemin=URL)["Location"]
    traiter_lots()
    attendues = list(LigneSignalee.objects.order_by("ligne", "id").values_list("ligne", "champ"))
    lues, parametres = [], {"limite": 3}
    while True:
        suivi = appelant.lire(suivi_url, **parametres).json()
        lues += [(erreur["ligne"], erreur["parameter"]) for erreur in suivi["erreurs"]]
        if "suivant" not in suivi:
            break
        parametres["curseur"] = suivi["suivant"]
    assert lues == attendues
    assert len(lues) > 3


def test_notices_are_given_only_when_asked_for(appelant):
    suivi_url = appelant.poster(plusieurs(1, codeCommune="31400"), chemin=URL)["Location"]
    traiter_lots()
    assert "avisParLigne" not in appelant.lire(suivi_url).json()
    suivi = appelant.lire(suivi_url, niveau="avis").json()
    assert "code_postal_converti" in [avis["code"] for avis in suivi["avisParLigne"]]


@pytest.mark.parametrize(
    ("parametre", "valeur"),
    [
        ("niveau", "x"),
        ("limite", "0"),
        ("curseur", "1"),
        ("curseur", "a-b"),
        ("curseur", "1-" + "9" * 19),
        ("x", "1"),
    ],
)
def test_a_wrong_parameter_of_the_follow_up_is_refused(appelant, parametre, valeur):
    suivi_url = appelant.poster(plusieurs(1), chemin=URL)["Location"]
    response = appelant.lire(suivi_url, **{parametre: valeur})
    assert (response.status_code, response.json()["details"]["parameter"]) == (400, parametre)


MALFORMES = {
    "vide": (b"", "application/json"),
    "tableau vide": (b"[]", "application/json"),
    "objet": (b"{}", "application/json"),
    "texte": (b'"x"', "application/json"),
    "tronque": (b'[{"ine": "1"}', "application/json"),
    "suite": (b"[{}] {}", "application/json"),
    "profond": (b"[" * 100_000, "application/json"),
    "latin-1": (b'[{"ine": "\xe9"}]', "application/json"),
    "tableau en ndjson": (b"[{}]", NDJSON),
    "ndjson vide": (b"\n \n", NDJSON),
}


@pytest.mark.parametrize(("corps", "type_"), MALFORMES.values(), ids=MALFORMES)
def test_a_malformed_body_is_refused(appelant, corps, type_):
    response = appelant.poster(corps, chemin=URL, type_=type_)
    assert response.status_code == 400, response.content
    assert response.json()["details"]["parameter"] == "corps"
    assert not Lot.objects.exists()
    assert not FragmentDeLot.objects.exists()


def test_malformed_lines_are_rejected_without_stopping_the_others(appelant):
    bonnes = plusieurs(1)
    corps = b'{"ine": NaN}\n{"ine": 1, "ine": 2}\n[1]\nbonjour\n{"ine": "\\ud800"}\n\n' + lignes(bonnes)
    suivi_url = appelant.poster(corps, chemin=URL, type_=NDJSON)["Location"]
    traiter_lots()
    suivi = appelant.lire(suivi_url).json()
    assert (suivi["comptes"]["creees"], suivi["comptes"]["rejetees"]) == (1, 5)
    assert {erreur["ligne"] for erreur in suivi["erreurs"]} == {1, 2, 3, 4, 5}


def test_a_batch_of_too_many_records_is_refused(appelant, monkeypatch):
    monkeypatch.setattr(lots, "ENREGISTREMENTS_MAXIMUM", 3)
    for corps, type_ in ((orjson.dumps(plusieurs(4)), "application/json"), (lignes(plusieurs(4)), NDJSON)):
        response = appelant.poster(corps, chemin=URL, type_=type_)
        assert (response.status_code, response.json()["details"]["parameter"]) == (413, "corps")
    assert appelant.poster(plusieurs(3), chemin=URL).status_code == 202


def test_a_batch_of_too_many_bytes_is_refused(appelant, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
    corps = b"[" + b" " * (2 << 20) + b"{}]"
    assert appelant.poster(corps, chemin=URL).status_code == 413
    assert not Lot.objects.exists()


def test_another_content_type_is_refused(appelant):
    response = appelant.poster(b"ine;uai", chemin=URL, type_="text/csv")
    assert response.status_code == 415
    assert "application/x-ndjson" in response.json()["details"]["explication"]


def test_a_caller_with_too_many_batches_waiting_must_wait(appelant, monkeypatch):
    monkeypatch.setattr(lots, "LOTS_EN_ATTENTE_MAXIMUM", 2)
    assert [appelant.poster(plusieurs(1), chemin=URL).status_code for _ in range(3)] == [202, 202, 429]
    assert int(appelant.poster(plusieurs(1), chemin=URL)["Retry-After"]) >= 1
    traiter_lots()
    assert appelant.poster(plusieurs(1), chemin=URL).status_code == 202


@pytest.mark.parametrize("requete", ["toutOuRien=oui", "toutOurien=true"])
def test_a_wrong_parameter_of_the_deposit_is_refused(appelant, requete):
    response = appelant.poster(plusieurs(1), chemin=f"{URL}?{requete}")
    assert (response.status_code, response.json()["details"]["parameter"]) == (400, requete.split("=")[0])


class TestAQui:
    @pytest.fixture
    def organisation(self, db):
        return creer_organisation("Une autre")

    @pytest.fixture
    def suivi_url(self, toulouse, organisation):
        deposant = Appelant(creer_jeton(TOULOUSE, organisation=organisation))
        return deposant.poster(plusieurs(1), chemin=URL)["Location"]

    def test_a_token_of_the_same_organisation_follows_the_batch(self, suivi_url, organisation):
        renouvele = Appelant(creer_jeton(TOULOUSE, organisation=organisation))
        assert renouvele.lire(suivi_url).status_code == 200

    def test_another_s_batch_answers_like_one_that_does_not_exist(
        self, suivi_url, appelant, organisation, fictive
    ):
        bac_a_sable = Appelant(creer_jeton(FICTIVE, type_="t", organisation=organisation))
        refus = []
        for qui, chemin in (
            (appelant, suivi_url),
            (bac_a_sable, suivi_url),
            *((appelant, f"/api/lots/{cle}") for cle in (uuid4(), "abc", "1", "%00", "{}")),
        ):
            response = qui.lire(chemin)
            assert response.status_code == 404, response.content
            refus.append(response.json() | {"uid": ""})
        assert refus == [
            {
                "message": "lot introuvable",
                "uid": "",
                "details": {"method": "GET", "endpoint": "lots", "parameter": "id"},
            }
        ] * len(refus)

    def test_a_deposit_made_through_another_channel_is_not_followed_by_the_api(self, suivi_url, organisation):
        appelant = Appelant(creer_jeton(TOULOUSE, organisation=organisation))
        Lot.objects.update(canal="fichier")
        assert appelant.lire(suivi_url).status_code == 404

    def test_a_batch_of_the_sandbox_stays_fictitious(self, bac_a_sable, toulouse):
        envoyes = [*plusieurs(1, uai=FICTIVE), *plusieurs(1)]
        suivi_url = bac_a_sable.poster(envoyes, chemin=URL)["Location"]
        traiter_lots()
        suivi = bac_a_sable.lire(suivi_url).json()
        assert [erreur["code"] for erreur in suivi["erreurs"]] == ["uai_inconnu"]
        assert Inscription.objects.get().fictif


def test_a_token_cannot_fill_the_database_with_its_batches(appelant, settings):
    settings.DEPOTS_PAR_JOUR_MO = 0
    response = appelant.poster(plusieurs(1), chemin=URL)
    assert response.status_code == 429
    assert "aujourd'hui" in response.json()["details"]["explication"]
    assert int(response["Retry-After"]) == 3600
    assert not Lot.objects.exists()
    assert not FragmentDeLot.objects.exists()
