"""Coming in by FranceConnect: recognised without doubt, or not at all; a session apart, short, ended at both ends."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from django.utils import timezone

from habilitations.models import SessionOuverte
from referentiel.models import Echange
from statut_etudiant.citoyens import session
from statut_etudiant.demonstration.citoyens import CITOYENS
from tests import fabriques
from tests.franceconnect.citoyens import aller, au_registre, choisir, entrer
from tests.franceconnect.local import FranceConnectLocal
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


CONNUS = [citoyen for citoyen in CITOYENS if citoyen.registre is not None]


@pytest.mark.parametrize("citoyen", CONNUS, ids=lambda citoyen: citoyen.cle)
def test_each_way_of_writing_an_identity_leads_to_its_record(
    client: Client, franceconnect: FranceConnectLocal, citoyen: Any
) -> None:
    etudiant = au_registre(citoyen.cle)
    au_registre("agathe" if citoyen.cle != "agathe" else "hugo")
    retour = entrer(client, franceconnect, citoyen.cle)
    assert (retour.status_code, retour["Location"]) == (302, "/mon-espace/statut"), retour.content
    page = client.get("/mon-espace/statut")
    assert page.status_code == 200
    assert client.session.get("_auth_user_id") is None
    (trace,) = Echange.objects.filter(interface="citoyen")
    assert (trace.etudiant_id, trace.voie, trace.issue) == (etudiant.pk, "citoyen", "donnees")
    assert trace.categories == ["identite", "inscriptions"]


def test_homonyms_born_the_same_day_see_their_own_alone(franceconnect: FranceConnectLocal) -> None:
    lille = au_registre("thomas-lille", etablissement=fabriques.etablissement(nom="Université de Lille"))
    arras = au_registre("thomas-arras", etablissement=fabriques.etablissement(nom="Université d'Artois"))
    for cle, lui, sien, autre in (
        ("thomas-lille", lille, "Université de Lille", "Université d&#x27;Artois"),
        ("thomas-arras", arras, "Université d&#x27;Artois", "Université de Lille"),
    ):
        client = Client()
        entrer(client, franceconnect, cle)
        html = client.get("/mon-espace/statut").content.decode()
        assert sien in html
        assert autre not in html
        html = client.post("/mon-espace/statut").content.decode()
        assert lui.ine in html


@pytest.mark.parametrize(
    ("cle", "registre", "mots"),
    [
        ("paule", {}, "Aucun dossier ne correspond"),
        ("thomas-arras", {"lieu_naissance": None}, "ne dit pas assez"),
        ("thomas-arras", {"sexe": None, "lieu_naissance": "62041"}, "ne dit pas assez"),
        ("thomas-arras", {"lieu_naissance": "59350"}, "Aucun dossier ne correspond"),
    ],
)
def test_no_data_is_shown_without_certainty(
    client: Client, franceconnect: FranceConnectLocal, cle: str, registre: dict[str, Any], mots: str
) -> None:
    etudiant = au_registre("thomas-lille")
    type(etudiant).objects.filter(pk=etudiant.pk).update(**registre)
    retour = entrer(client, franceconnect, cle)
    html = retour.content.decode()
    assert retour.status_code == 200
    assert mots in html
    assert etudiant.ine not in html
    assert retour["Cache-Control"] == "no-store, private"
    assert client.get("/mon-espace/statut").status_code == 302
    (trace,) = Echange.objects.filter(interface="citoyen")
    assert (trace.etudiant_id, trace.issue) == (None, "non_trouve")


def test_two_possible_records_show_none(client: Client, franceconnect: FranceConnectLocal) -> None:
    un = au_registre("leo")  # FranceConnect does not say where he was born
    fabriques.inscrit(
        identite={
            "nom_naissance": un.nom_naissance,
            "prenoms": un.prenoms,
            "sexe": "M",
            "date_naissance": un.date_naissance,
            "lieu_naissance": "31555",
        }
    )
    html = entrer(client, franceconnect, "leo").content.decode()
    assert "Plusieurs dossiers correspondent" in html
    assert un.ine not in html


def test_leaving_carries_a_state_a_nonce_and_the_assurance_asked_for(
    client: Client, franceconnect: FranceConnectLocal
) -> None:
    demande = parse_qs(urlsplit(aller(client)).query)
    assert len(demande["state"][0]) >= 22
    assert len(demande["nonce"][0]) >= 22
    assert demande["acr_values"] == ["eidas1"]
    assert demande["scope"] == ["openid given_name family_name birthdate gender birthplace birthcountry"]
    assert demande["redirect_uri"] == ["http://127.0.0.1:8000/mon-espace/retour"]


def test_coming_back_with_a_wrong_state_opens_nothing(
    client: Client, franceconnect: FranceConnectLocal
) -> None:
    au_registre("agathe")
    retour = choisir(aller(client), "agathe")
    autre = Client()
    assert autre.get(retour)["Location"] == "/mon-espace"
    assert client.get(retour.replace("state=", "state=x"))["Location"] == "/mon-espace"
    assert client.get("/mon-espace/statut").status_code == 302


def test_coming_back_works_once(client: Client, franceconnect: FranceConnectLocal) -> None:
    au_registre("agathe")
    retour = choisir(aller(client), "agathe")
    assert client.get(retour)["Location"] == "/mon-espace/statut"
    assert Client().get(retour)["Location"] == "/mon-espace"


@pytest.mark.parametrize("comportement", ["userinfo_en_clair", "userinfo_mal_signe"])
def test_an_identity_that_is_not_signed_is_not_believed(
    client: Client, franceconnect: FranceConnectLocal, comportement: str
) -> None:
    au_registre("agathe")
    franceconnect.comporter(comportement)
    assert entrer(client, franceconnect, "agathe")["Location"] == "/mon-espace"
    assert client.get("/mon-espace/statut").status_code == 302


def test_an_assurance_below_the_one_asked_for_is_refused(
    client: Client, franceconnect: FranceConnectLocal, settings: Any
) -> None:
    au_registre("agathe")
    retour = choisir(aller(client), "agathe")
    settings.FRANCECONNECT_ACR = "eidas2"
    assert client.get(retour)["Location"] == "/mon-espace"


def test_giving_up_leads_back_to_the_entrance(client: Client, franceconnect: FranceConnectLocal) -> None:
    page = client.get("/mon-espace/retour?error=access_denied&state=x", follow=True)
    assert "Vous avez abandonné" in page.content.decode()


def test_the_page_asked_for_is_shown_after_signing_in(
    client: Client, franceconnect: FranceConnectLocal
) -> None:
    au_registre("agathe")
    assert (
        client.get("/mon-espace/consultations")["Location"]
        == "/mon-espace?suite=%2Fmon-espace%2Fconsultations"
    )
    assert entrer(client, franceconnect, "agathe", suite="/mon-espace/consultations")["Location"] == (
        "/mon-espace/consultations"
    )


@pytest.mark.parametrize(
    "suite", ["https://ailleurs.example/", "//ailleurs.example/mon-espace", "/compte", "/mon-espacex"]
)
def test_the_page_asked_for_never_leads_out_of_the_space(
    client: Client, franceconnect: FranceConnectLocal, suite: str
) -> None:
    au_registre("agathe")
    assert entrer(client, franceconnect, "agathe", suite=suite)["Location"] == "/mon-espace/statut"


def test_signing_out_ends_the_session_here_and_at_franceconnect(
    client: Client, franceconnect: FranceConnectLocal
) -> None:
    au_registre("agathe")
    entrer(client, franceconnect, "agathe")
    sortie = client.post("/mon-espace/deconnexion")
    assert sortie["Location"].startswith(f"{franceconnect.adresse}/api/v2/session/end?")
    chez_eux = requests.get(sortie["Location"], allow_redirects=False, timeout=5)
    assert chez_eux.status_code == 302
    assert chez_eux.headers["Location"].startswith("http://127.0.0.1:8000/mon-espace/sorti?state=")
    assert franceconnect.comptes()["fins_de_session"] == 1
    assert client.get("/mon-espace/statut").status_code == 302
    assert "Votre session est fermée" in client.get("/mon-espace/sorti").content.decode()


def test_a_citizen_s_session_and_an_agent_s_never_touch(
    client: Client, franceconnect: FranceConnectLocal
) -> None:
    au_registre("agathe")
    agent = scenes.compte()
    client.force_login(agent)
    entrer(client, franceconnect, "agathe")
    html = client.get("/mon-espace/statut").content.decode()
    assert str(agent) not in html
    assert "Agathe D&#x27;ARTIGUES" in html
    assert "Agathe" not in client.get("/compte").content.decode()
    client.post("/mon-espace/deconnexion")
    assert client.get("/compte").status_code == 200
    assert client.get("/mon-espace/statut").status_code == 302


def test_a_session_lasts_fifteen_idle_minutes_and_an_hour_at_most(
    client: Client, franceconnect: FranceConnectLocal, monkeypatch: pytest.MonkeyPatch
) -> None:
    au_registre("agathe")
    entrer(client, franceconnect, "agathe")
    page = client.get("/mon-espace/statut")
    cookie = page.cookies["citoyen"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (900, True, "Lax")
    assert page["Cache-Control"] == "no-store, private"
    vrai = time.time
    monkeypatch.setattr(session.time, "time", lambda: vrai() + 3601)
    assert client.get("/mon-espace/statut").status_code == 302


def test_a_session_left_idle_opens_nothing_any_more(
    client: Client, franceconnect: FranceConnectLocal
) -> None:
    au_registre("agathe")
    entrer(client, franceconnect, "agathe")
    client.get("/mon-espace/statut")
    (rangee,) = SessionOuverte.objects.all()
    assert rangee.compte_id is None
    assert 890 < (rangee.expire_date - timezone.now()).total_seconds() <= 900
    SessionOuverte.objects.update(expire_date=timezone.now())
    assert client.get("/mon-espace/statut").status_code == 302


def test_without_settings_the_space_says_that_it_is_closed(client: Client, settings: Any) -> None:
    settings.FRANCECONNECT_URL = ""
    page = client.get("/mon-espace")
    assert page.status_code == 200
    assert "n'est pas ouverte sur ce site" in page.content.decode().replace("&#x27;", "'")
    assert client.get("/mon-espace/connexion").status_code == 404
    assert client.get("/mon-espace/retour").status_code == 404


def test_franceconnect_being_down_is_told_without_an_error(
    client: Client, franceconnect: FranceConnectLocal, settings: Any
) -> None:
    settings.FRANCECONNECT_URL = "http://127.0.0.1:9"
    page = client.get("/mon-espace/connexion", follow=True)
    assert "ne répond pas pour l&#x27;instant" in page.content.decode()


@pytest.mark.parametrize(
    "adresse",
    [
        "/mon-espace/statut",
        "/mon-espace/consultations",
        "/mon-espace/consultations.pdf",
        "/mon-espace/consultations/1/contester",
        "/mon-espace/demandes",
        "/mon-espace/demandes/rectification",
        "/mon-espace/courriel",
    ],
)
def test_neither_agent_nor_visitor_opens_a_citizen_s_page(client: Client, adresse: str) -> None:
    client.force_login(scenes.compte())
    for methode in (client.get, client.post):
        reponse = methode(adresse)
        assert reponse.status_code == 302
        assert reponse["Location"].startswith("/mon-espace")
