"""Signing in by e-mail and password; the second factor; signing out."""

import html
from urllib.parse import urlencode

import pytest
from django.test import Client

from habilitations.comptes import second_facteur
from habilitations.comptes.connexion_exigee import NON_ENREGISTRE
from habilitations.models import Appareil, JournalAcces, Role
from tests.habilitations import scenes
from tests.habilitations.acces.aides import MOT_DE_PASSE, code, connecte, se_connecter, telephone, texte

pytestmark = pytest.mark.django_db


def test_une_personne_sans_role_entre_par_son_mot_de_passe(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    page = se_connecter(client, compte)
    assert page.status_code == 302
    assert connecte(client)
    assert JournalAcces.objects.get(compte=compte).details == {"moyen": "mot_de_passe"}


def test_l_adresse_se_saisit_en_majuscules_et_entre_espaces(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    client.post("/connexion", {"courriel": f" {compte.courriel.upper()} ", "mot_de_passe": MOT_DE_PASSE})
    assert connecte(client)


@pytest.mark.parametrize("cas", ["inconnu", "faux", "fermé", "sans mot de passe"])
def test_tous_les_refus_sont_la_meme_page(client: Client, cas: str) -> None:
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


def test_la_session_change_de_cle_en_entrant(client: Client) -> None:
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
def test_la_suite_reste_chez_nous(client: Client, suite: str, arrivee: str | None) -> None:
    page = se_connecter(client, scenes.compte(password=MOT_DE_PASSE), next=suite)
    assert page.status_code == 302
    assert "mechant" not in page["Location"]
    if arrivee:
        assert page["Location"] == arrivee


def test_une_page_protegee_ramene_a_elle_apres_la_connexion(client: Client) -> None:
    page = client.get("/compte")
    assert page["Location"] == "/connexion?next=/compte"
    assert 'name="next" value="/compte"' in client.get(page["Location"]).content.decode()


def test_qui_a_un_telephone_n_entre_qu_avec_son_code(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    appareil = telephone(compte)
    page = se_connecter(client, compte, next="/compte")
    assert page["Location"] == "/connexion/code"
    assert not connecte(client)
    assert client.get("/compte").status_code == 302
    page = client.post("/connexion/code", {"code": code(appareil)})
    assert page["Location"] == "/compte"
    assert connecte(client)


def test_un_code_ne_sert_qu_une_fois(client: Client) -> None:
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
def test_un_role_du_ministere_exige_le_second_facteur(client: Client, role: str) -> None:
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


def test_le_mot_de_passe_seul_ne_remplace_pas_un_telephone(client: Client) -> None:
    """The page that turns it on must not be a way around it."""
    compte = scenes.compte(Role.Nom.INSTRUCTEUR, password=MOT_DE_PASSE)
    telephone(compte)
    se_connecter(client, compte)
    page = client.get("/connexion/second-facteur")
    assert page["Location"] == "/connexion/code"


def test_un_code_de_secours_sert_une_fois(client: Client) -> None:
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


def test_les_codes_de_secours_ne_sont_gardes_que_par_leur_empreinte() -> None:
    compte = scenes.compte()
    secours = [valeur.replace("-", "") for valeur in second_facteur.renouveler_codes(compte)]
    gardes = set(compte.codes_de_secours.values_list("empreinte", flat=True))
    assert len(gardes) == 10
    assert gardes.isdisjoint(secours)


@pytest.mark.parametrize("adresse", ["/connexion/code", "/connexion/second-facteur"])
def test_la_seconde_etape_n_existe_pas_sans_la_premiere(client: Client, adresse: str) -> None:
    assert client.get(adresse)["Location"] == "/connexion"
    assert client.post(adresse, {"code": "123456"})["Location"] == "/connexion"


def test_la_seconde_etape_expire(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    appareil = telephone(compte)
    se_connecter(client, compte)
    session = client.session
    session["connexion_en_attente"] |= {"depuis": session["connexion_en_attente"]["depuis"] - 601}
    session.save()
    assert client.post("/connexion/code", {"code": code(appareil)})["Location"] == "/connexion"
    assert not connecte(client)


def test_sortir_ferme_la_session(client: Client) -> None:
    client.force_login(scenes.compte())
    ancienne = client.session.session_key
    assert client.get("/deconnexion").status_code == 405
    assert connecte(client)
    client.post("/deconnexion")
    assert not connecte(client)
    assert not client.session.exists(ancienne)


def test_entrer_et_sortir_exigent_le_jeton_csrf() -> None:
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
def test_qui_n_est_plus_connecte_sait_que_son_envoi_est_perdu(client: Client, venue: str, suite: str) -> None:
    """And comes back to the page of the form: the address it is sent to may show nothing."""
    page = client.post("/compte/nom", {"nom": "Perdu"}, headers={"referer": venue}, follow=True)
    assert page.redirect_chain == [(f"/connexion?{urlencode({'next': suite}, safe='/')}", 302)]
    assert NON_ENREGISTRE in html.unescape(page.content.decode())
    assert NON_ENREGISTRE not in html.unescape(client.get("/compte", follow=True).content.decode())
