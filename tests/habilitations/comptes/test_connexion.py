"""Signing in by e-mail and password; the second factor; signing out."""

import html
from urllib.parse import urlencode

import pytest
from django.test import Client

from habilitations.comptes import second_facteur
from habilitations.comptes.connexion_exigee import NON_ENREGISTRE
from habilitations.models import Appareil, JournalAcces, Role
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import MOT_DE_PASSE, code, connecte, se_connecter, telephone, texte
from tests.portail.pages import source

pytestmark = pytest.mark.django_db


def test_a_person_without_role_signs_in_by_password(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    page = se_connecter(client, compte)
    assert page.status_code == 302
    assert connecte(client)
    assert JournalAcces.objects.get(compte=compte).details == {"moyen": "mot_de_passe"}


def test_an_address_may_be_typed_in_capitals_and_between_spaces(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    client.post("/connexion", {"courriel": f" {compte.courriel.upper()} ", "mot_de_passe": MOT_DE_PASSE})
    assert connecte(client)


@pytest.mark.parametrize("cas", ["inconnu", "faux", "fermé", "sans mot de passe"])
def test_every_refusal_is_the_same_page(client: Client, cas: str) -> None:
    compte = scenes.compte(
        courriel="camille@exemple.test",
        password=None if cas == "sans mot de passe" else MOT_DE_PASSE,
        is_active=cas != "fermé",
    )
    if cas == "inconnu":
        type(compte).objects.filter(pk=compte.pk).update(courriel="autre@exemple.test")
    page = client.post(
        "/connexion",
        {
            "courriel": "camille@exemple.test",
            "mot_de_passe": "faux" if cas == "faux" else MOT_DE_PASSE,
        },
    )
    assert page.status_code == 200
    assert "Adresse e-mail ou mot de passe incorrect." in texte(page)
    assert not connecte(client)


def test_the_session_s_key_changes_on_signing_in(client: Client) -> None:
    session = client.session
    session["avant"] = 1
    session.save()
    ancienne = session.session_key
    se_connecter(client, scenes.compte(password=MOT_DE_PASSE))
    assert client.session.session_key != ancienne
    assert not type(session)(ancienne).exists(ancienne)


@pytest.mark.parametrize(
    ("suite", "arrivee"),
    [
        ("/compte", "/compte"),
        ("/compte?page=2", "/compte?page=2"),
        ("//mechant.example/", None),
        ("https://mechant.example/", None),
        ("/\\mechant.example", None),
        ("javascript:alert(1)", None),
        ("///mechant.example", None),
    ],
)
def test_the_page_after_signing_in_is_one_of_ours(client: Client, suite: str, arrivee: str | None) -> None:
    page = se_connecter(client, scenes.compte(password=MOT_DE_PASSE), next=suite)
    assert page.status_code == 302
    assert "mechant" not in page["Location"]
    if arrivee:
        assert page["Location"] == arrivee


def test_a_protected_page_is_shown_after_signing_in(client: Client) -> None:
    page = client.get("/compte")
    assert page["Location"] == "/connexion?next=/compte"
    assert 'name="next" value="/compte"' in client.get(page["Location"]).content.decode()


def test_who_has_a_phone_signs_in_with_its_code_only(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    appareil = telephone(compte)
    page = se_connecter(client, compte, next="/compte")
    assert page["Location"] == "/connexion/code"
    assert not connecte(client)
    assert client.get("/compte").status_code == 302
    page = client.post("/connexion/code", {"code": code(appareil)})
    assert page["Location"] == "/compte"
    assert connecte(client)


def test_a_code_works_once(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    valeur = code(telephone(compte))
    se_connecter(client, compte)
    client.post("/connexion/code", {"code": valeur})
    assert connecte(client)
    autre = Client()
    se_connecter(autre, compte)
    page = autre.post("/connexion/code", {"code": valeur})
    assert "il a déjà servi" in texte(page)
    assert not connecte(autre)


@pytest.mark.parametrize("role", Role.Nom.values)
def test_a_role_of_the_ministry_needs_the_second_factor(client: Client, role: str) -> None:
    compte = scenes.compte(role, password=MOT_DE_PASSE)
    page = se_connecter(client, compte)
    assert page["Location"] == "/connexion/second-facteur"
    assert not connecte(client)
    page = client.get("/connexion/second-facteur")
    appareil = Appareil.objects.get(compte=compte)
    assert second_facteur.cle_lisible(appareil) in texte(page)
    page = client.post("/connexion/second-facteur", {"code": code(appareil)})
    assert connecte(client)
    assert "Gardez vos codes de secours" in texte(page)
    assert compte.codes_de_secours.count() == 10


def test_the_password_alone_does_not_replace_a_phone(client: Client) -> None:
    """The page that turns it on must not be a way around it."""
    compte = scenes.compte(Role.Nom.INSTRUCTEUR, password=MOT_DE_PASSE)
    telephone(compte)
    se_connecter(client, compte)
    page = client.get("/connexion/second-facteur")
    assert page["Location"] == "/connexion/code"


def test_a_recovery_code_works_once(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    telephone(compte)
    secours = second_facteur.renouveler_codes(compte)
    se_connecter(client, compte)
    client.post("/connexion/code", {"code": secours[3].upper()})
    assert connecte(client)
    autre = Client()
    se_connecter(autre, compte)
    autre.post("/connexion/code", {"code": secours[3]})
    assert not connecte(autre)
    autre.post("/connexion/code", {"code": secours[4]})
    assert connecte(autre)


def test_recovery_codes_are_kept_as_digests_only() -> None:
    compte = scenes.compte()
    secours = [valeur.replace("-", "") for valeur in second_facteur.renouveler_codes(compte)]
    gardes = set(compte.codes_de_secours.values_list("empreinte", flat=True))
    assert len(gardes) == 10
    assert gardes.isdisjoint(secours)


@pytest.mark.parametrize("adresse", ["/connexion/code", "/connexion/second-facteur"])
def test_the_second_step_does_not_exist_without_the_first(client: Client, adresse: str) -> None:
    assert client.get(adresse)["Location"] == "/connexion"
    assert client.post(adresse, {"code": "123456"})["Location"] == "/connexion"


def test_the_second_step_expires(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    appareil = telephone(compte)
    se_connecter(client, compte)
    session = client.session
    session["connexion_en_attente"] |= {"depuis": session["connexion_en_attente"]["depuis"] - 601}
    session.save()
    assert client.post("/connexion/code", {"code": code(appareil)})["Location"] == "/connexion"
    assert not connecte(client)


def test_signing_out_closes_the_session(client: Client) -> None:
    client.force_login(scenes.compte())
    ancienne = client.session.session_key
    assert client.get("/deconnexion").status_code == 405
    assert connecte(client)
    client.post("/deconnexion")
    assert not connecte(client)
    assert not client.session.exists(ancienne)


def test_signing_in_and_out_need_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    compte = scenes.compte(password=MOT_DE_PASSE)
    assert se_connecter(client, compte).status_code == 403
    client.force_login(compte)
    assert client.post("/deconnexion").status_code == 403


# --- sending a form when one is no longer signed in


@pytest.mark.parametrize(
    ("venue", "suite"),
    [
        ("http://testserver/compte?onglet=nom", "/compte?onglet=nom"),
        ("https://ailleurs.test/piege", "/compte/nom"),
        ("", "/compte/nom"),
    ],
)
def test_who_is_signed_out_meanwhile_learns_that_their_form_is_lost(
    client: Client, venue: str, suite: str
) -> None:
    """And comes back to the page of the form: the address it is sent to may show nothing."""
    page = client.post("/compte/nom", {"nom": "Perdu"}, headers={"referer": venue}, follow=True)
    assert page.redirect_chain == [(f"/connexion?{urlencode({'next': suite}, safe='/')}", 302)]
    assert NON_ENREGISTRE in html.unescape(source(page))
    assert NON_ENREGISTRE not in html.unescape(source(client.get("/compte", follow=True)))
