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
def test_un_lot_est_garde_puis_traite(appelant, ndjson):
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


def test_un_lot_retire_par_une_personne_se_dit_avec_les_mots_du_contrat(appelant):
    adresse = appelant.poster(plusieurs(3), chemin=URL)["Location"]
    traiter_lots()
    demander_retrait(lot_id=Lot.objects.get().pk)
    assert appelant.lire(adresse).json()["etat"] == "termine"
    traiter_lots()
    suivi = appelant.lire(adresse).json()
    assert (suivi["etat"], suivi["comptes"]["creees"]) == ("annule", 3)
    assert suivi["message"].startswith("Lot retiré")
    assert not Inscription.objects.exists()


def test_les_lignes_rejetees_sont_dites_une_a_une(appelant, paris):
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


def test_tout_ou_rien(appelant):
    envoyes = [*plusieurs(2), enregistrement(statut="?")]
    response = appelant.poster(envoyes, chemin=f"{URL}?toutOuRien=true")
    assert response.json()["lot"]["toutOuRien"] is True
    traiter_lots()
    suivi = appelant.lire(response["Location"]).json()
    assert (suivi["etat"], suivi["comptes"]["creees"], suivi["comptes"]["rejetees"]) == ("termine", 0, 1)
    assert "Tout ou rien" in suivi["message"]
    assert not Inscription.objects.exists()


def test_les_pages_des_erreurs(appelant):
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


def test_les_avis_a_la_demande(appelant):
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
def test_parametre_du_suivi_refuse(appelant, parametre, valeur):
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
def test_corps_malforme(appelant, corps, type_):
    response = appelant.poster(corps, chemin=URL, type_=type_)
    assert response.status_code == 400, response.content
    assert response.json()["details"]["parameter"] == "corps"
    assert not Lot.objects.exists()
    assert not FragmentDeLot.objects.exists()


def test_lignes_malformees_rejetees_sans_empecher_les_autres(appelant):
    bonnes = plusieurs(1)
    corps = b'{"ine": NaN}\n{"ine": 1, "ine": 2}\n[1]\nbonjour\n{"ine": "\\ud800"}\n\n' + lignes(bonnes)
    suivi_url = appelant.poster(corps, chemin=URL, type_=NDJSON)["Location"]
    traiter_lots()
    suivi = appelant.lire(suivi_url).json()
    assert (suivi["comptes"]["creees"], suivi["comptes"]["rejetees"]) == (1, 5)
    assert {erreur["ligne"] for erreur in suivi["erreurs"]} == {1, 2, 3, 4, 5}


def test_trop_d_enregistrements(appelant, monkeypatch):
    monkeypatch.setattr(lots, "ENREGISTREMENTS_MAXIMUM", 3)
    for corps, type_ in ((orjson.dumps(plusieurs(4)), "application/json"), (lignes(plusieurs(4)), NDJSON)):
        response = appelant.poster(corps, chemin=URL, type_=type_)
        assert (response.status_code, response.json()["details"]["parameter"]) == (413, "corps")
    assert appelant.poster(plusieurs(3), chemin=URL).status_code == 202


def test_trop_d_octets(appelant, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
    corps = b"[" + b" " * (2 << 20) + b"{}]"
    assert appelant.poster(corps, chemin=URL).status_code == 413
    assert not Lot.objects.exists()


def test_autre_type_de_contenu(appelant):
    response = appelant.poster(b"ine;uai", chemin=URL, type_="text/csv")
    assert response.status_code == 415
    assert "application/x-ndjson" in response.json()["details"]["explication"]


def test_trop_de_lots_en_attente(appelant, monkeypatch):
    monkeypatch.setattr(lots, "LOTS_EN_ATTENTE_MAXIMUM", 2)
    assert [appelant.poster(plusieurs(1), chemin=URL).status_code for _ in range(3)] == [202, 202, 429]
    assert int(appelant.poster(plusieurs(1), chemin=URL)["Retry-After"]) >= 1
    traiter_lots()
    assert appelant.poster(plusieurs(1), chemin=URL).status_code == 202


@pytest.mark.parametrize("requete", ["toutOuRien=oui", "toutOurien=true"])
def test_parametre_du_depot_refuse(appelant, requete):
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

    def test_un_jeton_de_la_meme_organisation_suit_le_lot(self, suivi_url, organisation):
        renouvele = Appelant(creer_jeton(TOULOUSE, organisation=organisation))
        assert renouvele.lire(suivi_url).status_code == 200

    def test_le_lot_d_un_autre_repond_comme_un_absent(self, suivi_url, appelant, organisation, fictive):
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

    def test_un_depot_d_une_autre_porte_ne_se_suit_pas_par_l_api(self, suivi_url, organisation):
        appelant = Appelant(creer_jeton(TOULOUSE, organisation=organisation))
        Lot.objects.update(canal="fichier")
        assert appelant.lire(suivi_url).status_code == 404

    def test_le_lot_du_bac_a_sable_reste_fictif(self, bac_a_sable, toulouse):
        envoyes = [*plusieurs(1, uai=FICTIVE), *plusieurs(1)]
        suivi_url = bac_a_sable.poster(envoyes, chemin=URL)["Location"]
        traiter_lots()
        suivi = bac_a_sable.lire(suivi_url).json()
        assert [erreur["code"] for erreur in suivi["erreurs"]] == ["uai_inconnu"]
        assert Inscription.objects.get().fictif


def test_un_jeton_ne_remplit_pas_la_base_de_ses_lots(appelant, settings):
    settings.DEPOTS_PAR_JOUR_MO = 0
    response = appelant.poster(plusieurs(1), chemin=URL)
    assert response.status_code == 429
    assert "aujourd'hui" in response.json()["details"]["explication"]
    assert int(response["Retry-After"]) == 3600
    assert not Lot.objects.exists()
    assert not FragmentDeLot.objects.exists()
