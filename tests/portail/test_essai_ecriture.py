"""« Essayer », writing: the same bytes as the API, and nothing left behind, whatever is typed."""

import html
import json
import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from referentiel.bac_a_sable import charger
from referentiel.models import Etablissement, Etudiant, Historique, Inscription
from statut_etudiant.portail.cadence import Cadence
from statut_etudiant.portail.essai import commun
from tests import fabriques
from tests.portail.essais import Montre, corps_prepare, lire

pytestmark = pytest.mark.django_db

#: What integrators must have met, by what they choose on the page: status and message of the contract (§6).
ATTENDUS = {
    "declarer": (200, "une nouvelle inscription créée"),
    "modifier": (200, "inscription mise à jour"),
    "redire": (200, "inscription inchangée"),
    "nouvel-etudiant": (200, "une nouvelle inscription créée"),
    "retirer": (200, "inscription retirée"),
    "relire": (200, None),
    "etudiant-inconnu": (404, "étudiant introuvable"),
    "naissance": (404, "étudiant introuvable"),
    "etablissement-inconnu": (404, "établissement introuvable"),
    "autre-etablissement": (403, "accès refusé"),
    "dates": (400, "la valeur du paramètre n'est pas valide"),
    "oubli": (400, "la valeur du paramètre n'est pas valide"),
    "illisible": (400, "la valeur du paramètre n'est pas valide"),
    "retrait-inconnu": (404, "inscription introuvable"),
    "sans-jeton": (401, "échec d'authentification"),
}
#: Alice Abadie, enrolled at 9990001X; Paul Perrin, three records; Yanis Yvon, none; Victor Vidal, last year's.
ETUDIANTS = {"990000101DJ": "9990001X", "990000202DE": "9990002Y", "990000303DA": "9990001X"}


@pytest.fixture(autouse=True)
def bac_a_sable(monkeypatch: pytest.MonkeyPatch) -> None:
    charger(aujourdhui=timezone.localdate(), auteur="essai")
    monkeypatch.setattr(commun, "CADENCE", Cadence(nombre=10_000, secondes=60))


def preparer(client: Client, geste: str, qui: str = "990000101DJ") -> Any:
    return client.get("/essayer/ecriture", {"geste": geste, "qui": qui})


def appeler(client: Client, geste: str, qui: str = "990000101DJ", **corps: str) -> Montre:
    return lire(client.post("/essayer/ecriture", {"geste": geste, "qui": qui, **corps}))


def sans_numero(corps: str) -> str:
    """Without the numbers that each call draws: its own, and that of a record that it creates."""
    corps = re.sub(r'"uid":"[0-9a-f]{13}_0000"', '"uid":"…"', corps)
    if "une nouvelle inscription créée" in corps:
        corps = re.sub(r'"id_inscription":"[1-9]\d*"', '"id_inscription":"…"', corps)
    return corps


def tout() -> list[Any]:
    """All that a call could have written."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT json_agg(t.* ORDER BY id)::text FROM referentiel_inscription t "
            "UNION ALL SELECT json_agg(t.* ORDER BY id)::text FROM referentiel_etudiant t "
            "UNION ALL SELECT count(*)::text FROM referentiel_historique"
        )
        return curseur.fetchall()


@pytest.mark.parametrize("qui", ETUDIANTS)
@pytest.mark.parametrize("geste", ATTENDUS)
def test_what_it_shows_is_what_the_command_gives_to_the_byte_and_nothing_is_left(
    client: Client, geste: str, qui: str
) -> None:
    jeton = fabriques.jeton(ecriture=True, bac_a_sable=True, uais=[ETUDIANTS[qui]], sans_quota=True)
    avant = tout()
    vu = appeler(client, geste, qui)
    assert tout() == avant
    with transaction.atomic():
        reponse = vu.refaire(JETON=jeton.secret)
        transaction.set_rollback(True)
    recu = reponse.content.decode()
    assert (vu.statut, sans_numero(vu.corps)) == (reponse.status_code, sans_numero(recu)), vu.commande
    if qui == "990000101DJ":
        statut, message = ATTENDUS[geste]
        assert (vu.statut, json.loads(vu.corps).get("message")) == (statut, message)


def test_the_page_offers_every_operation_and_case_that_is_tried_here(client: Client) -> None:
    page = preparer(client, "declarer").content.decode()
    liste = re.search(r'<select[^>]*id="geste"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert liste
    assert re.findall(r'value="([^"]+)"', liste[1]) == list(ATTENDUS)


def test_the_body_is_offered_then_sent_as_it_was_changed(client: Client) -> None:
    corps = json.loads(corps_prepare(preparer(client, "declarer", "990000202DE")))
    assert (corps["ine"], corps["dateNaissance"], corps["uai"]) == ("990000202DE", "1999-09-09", "9990002Y")
    corps["diplome"] = "Licence d'« ailleurs » & <b>d'autre part</b>"
    corps["dateFinInscription"] = f"{fabriques.rentree().year + 1}-06-30"
    envoye = json.dumps(corps, ensure_ascii=False, indent=1).replace("\n", "\r\n")
    vu = appeler(client, "declarer", "990000202DE", corps=envoye)
    assert (vu.statut, json.loads(vu.corps)["inscription"]["dateFinInscription"]) == (
        200,
        corps["dateFinInscription"],
    )
    jeton = fabriques.jeton(ecriture=True, bac_a_sable=True, uais=["9990002Y"], sans_quota=True)
    assert vu.refaire(JETON=jeton.secret).status_code == 200
    assert Inscription.objects.filter(diplome=corps["diplome"]).exists()


@pytest.mark.parametrize(
    ("corps", "statut", "dit"),
    [
        ("", 400, "obligatoire"),
        ("{", 400, "corps"),
        ("[]", 400, "Un objet JSON est attendu"),
        ('{"ine": "990000101DJ", "ine": "990000101DJ"}', 400, "corps"),
        ("\ud7ff\u0000'\"$(id)`id`", 400, "corps"),
        ('{"ine": "' + "9" * 17_000 + '"}', 413, "16 ko au plus"),
        ("[" * 5000, 400, "corps"),
    ],
    ids=["rien", "ouvert", "liste", "cle_double", "bruit", "trop_gros", "profond"],
)
def test_what_is_no_record_is_told_as_the_api_tells_it(
    client: Client, corps: str, statut: int, dit: str
) -> None:
    jeton = fabriques.jeton(ecriture=True, bac_a_sable=True, uais=["9990001X"], sans_quota=True)
    vu = appeler(client, "declarer", corps=corps)
    assert vu.statut == statut
    assert dit in vu.corps
    reponse = vu.refaire(JETON=jeton.secret)
    assert sans_numero(reponse.content.decode()) == sans_numero(vu.corps)


def test_what_is_typed_is_shown_as_text(client: Client) -> None:
    mechant = "</textarea></code><script>alert(1)</script>"
    page = client.post("/essayer/ecriture", {"geste": "declarer", "qui": mechant, "corps": mechant})
    assert "<script>alert" not in page.content.decode()
    assert html.unescape(corps_prepare(page)) == mechant


def test_neither_the_real_establishments_nor_the_real_students_are_within_reach(client: Client) -> None:
    inscrite = fabriques.inscrit(identite={"ine": "120890177FA"})
    corps = json.loads(corps_prepare(preparer(client, "declarer")))
    reel = {
        "ine": "120890177FA",
        "dateNaissance": inscrite.date_naissance.isoformat(),
    }
    vu = appeler(client, "declarer", corps=json.dumps(corps | reel))
    assert (vu.statut, json.loads(vu.corps)["message"]) == (404, "étudiant introuvable")
    uai = Etablissement.objects.filter(fictif=False).first()
    assert uai is not None
    vu = appeler(client, "declarer", corps=json.dumps(corps | {"uai": uai.uai}))
    assert vu.statut in (403, 404)


def test_the_numbers_of_a_withdrawal_are_not_taken_from_what_is_sent(client: Client) -> None:
    autre = Inscription.objects.filter(etablissement__uai="9990002Y").first()
    assert autre is not None
    vu = appeler(client, "retirer", id_inscription=str(autre.pk), corps="{}")
    assert f"/{autre.pk}" not in vu.commande
    assert Inscription.objects.filter(pk=autre.pk).exists()


def test_one_address_is_slowed_down_and_told_how_long(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commun, "CADENCE", Cadence(nombre=2, secondes=30))
    choix = {"geste": "declarer", "qui": "990000101DJ", "corps": '{"ma": "saisie"}'}
    assert [client.post("/essayer/ecriture", choix).status_code for _ in range(3)] == [200, 200, 429]
    refus = client.post("/essayer/ecriture", choix)
    assert 1 <= int(refus["Retry-After"]) <= 30
    # What was typed is not lost.
    assert corps_prepare(refus) == '{"ma": "saisie"}'
    assert preparer(client, "declarer").status_code == 200


def test_a_form_from_elsewhere_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/essayer/ecriture", {"geste": "declarer"}).status_code == 403


def test_reading_the_page_writes_nothing(client: Client) -> None:
    avant, historique = tout(), Historique.objects.count()
    for geste in ATTENDUS:
        page = preparer(client, geste)
        assert (page.status_code, 'id="brut"' in page.content.decode()) == (200, False)
    assert (tout(), Historique.objects.count()) == (avant, historique)
    assert Etudiant.objects.filter(fictif=True).exists()


def test_a_maintenance_is_told_as_the_api_tells_it(client: Client, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("statut_etudiant.maintenance.attente", lambda: 120)
    vu = appeler(client, "declarer")
    assert (vu.statut, json.loads(vu.corps)["message"]) == (503, "service en maintenance")
