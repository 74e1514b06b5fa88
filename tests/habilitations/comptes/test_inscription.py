"""Opening an account: one's address first. Nobody learns who has one."""

import re
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from habilitations.comptes import ouverture_de_compte
from habilitations.models import Compte, Courriel
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import MOT_DE_PASSE, connecte, lien, se_connecter, texte

pytestmark = pytest.mark.django_db
FICHE = {
    "prenom": "Camille",
    "nom": "Dupont",
    "mot_de_passe": MOT_DE_PASSE,
    "confirmation": MOT_DE_PASSE,
}


def sans_courriel(page: Any, courriel: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode()).replace(courriel, "…")


def test_a_visitor_goes_from_an_address_to_an_account(client: Client) -> None:
    client.post("/inscription", {"courriel": "Camille@Exemple.test"})
    assert not Compte.objects.exists()
    adresse = lien("camille@exemple.test")
    assert "camille@exemple.test" in texte(client.get(adresse))
    assert client.post(adresse, FICHE)["Location"] == "/connexion"
    compte = Compte.objects.get()
    assert (compte.courriel, str(compte)) == ("camille@exemple.test", "Camille Dupont")
    assert not connecte(client)
    se_connecter(client, compte)
    assert connecte(client)


def test_the_link_works_once(client: Client) -> None:
    client.post("/inscription", {"courriel": "camille@exemple.test"})
    adresse = lien("camille@exemple.test")
    client.post(adresse, FICHE)
    for response in (client.get(adresse), client.post(adresse, FICHE | {"nom": "Autre"})):
        assert response.status_code == 410
    assert Compte.objects.get().nom == "Dupont"


def test_the_link_expires(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    jeton = signing.dumps("camille@exemple.test", salt=ouverture_de_compte.SEL)
    apres = time.time() + ouverture_de_compte.DUREE_DU_LIEN + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: apres)
    assert client.get(f"/inscription/{jeton}").status_code == 410


@pytest.mark.parametrize("sel", ["habilitations.changement_de_courriel", "autre"])
def test_a_token_signed_for_something_else_is_of_no_use(client: Client, sel: str) -> None:
    jeton = signing.dumps("camille@exemple.test", salt=sel)
    assert client.get(f"/inscription/{jeton}").status_code == 410


@pytest.mark.parametrize(
    ("mot_de_passe", "refus"),
    [
        ("zèbre-bleu", "12 caractères"),
        ("1qaz2wsx3edc", "trop courant"),
        ("739182640517382", "entièrement numérique"),
        ("camille-exemple-test", "trop semblable"),
        ("camille@exemple.test", "trop semblable"),
        ("motdepasse123", "se devine"),
        ("MotDePasse2026!", "se devine"),
        ("azertyuiop12", "se devine"),
        ("Azertyuiop1234", "se devine"),
        ("qsdfghjklm12", "se devine"),
        ("Universite2026", "se devine"),
        ("bonjour123456", "se devine"),
        ("jetaimebeaucoup", "se devine"),
        ("aaaaaaaaaaaaaaaa", "se devine"),
        ("Camilledupont", "trop semblable"),
    ],
)
def test_weak_passwords_are_refused(client: Client, mot_de_passe: str, refus: str) -> None:
    jeton = signing.dumps("camille@exemple.test", salt=ouverture_de_compte.SEL)
    champs = FICHE | {"mot_de_passe": mot_de_passe, "confirmation": mot_de_passe}
    page = client.post(f"/inscription/{jeton}", champs)
    assert page.status_code == 200
    assert refus in texte(page)
    assert not Compte.objects.exists()
    assert 'value="Dupont"' in page.content.decode()
    assert mot_de_passe not in page.content.decode().replace("camille@exemple.test", "")


def test_the_password_must_be_typed_twice_the_same(client: Client) -> None:
    jeton = signing.dumps("camille@exemple.test", salt=ouverture_de_compte.SEL)
    page = client.post(f"/inscription/{jeton}", FICHE | {"confirmation": MOT_DE_PASSE + "x"})
    assert "ne sont pas les mêmes" in texte(page)
    assert not Compte.objects.exists()


@pytest.mark.parametrize("page", ["/inscription", "/mot-de-passe/oublie"])
def test_the_answer_is_the_same_whether_the_account_exists_or_not(client: Client, page: str) -> None:
    scenes.compte(courriel="connu@exemple.test", password=MOT_DE_PASSE)
    scenes.compte(courriel="proconnect@exemple.test")
    scenes.compte(courriel="ferme@exemple.test", password=MOT_DE_PASSE, is_active=False)
    reponses = {}
    for courriel in (
        "connu@exemple.test",
        "proconnect@exemple.test",
        "ferme@exemple.test",
        "inconnu@exemple.test",
    ):
        response = client.post(page, {"courriel": courriel})
        reponses[courriel] = (
            response.status_code,
            sans_courriel(response, courriel),
            sorted(nom for nom in response.headers if nom != "X-Request-ID"),
        )
        # Each owner reads what they can do.
        assert Courriel.objects.filter(destinataire=courriel).count() == 1
    assert len(set(map(repr, reponses.values()))) == 1
    genres = set(Courriel.objects.values_list("genre", flat=True))
    assert len(genres) == (2 if page == "/inscription" else 3)


@pytest.mark.parametrize("page", ["/connexion", "/inscription", "/mot-de-passe/oublie"])
def test_what_is_costly_is_spent_whether_the_account_exists_or_not(
    client: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Durations tell nothing: as many hashes of passwords, mails and statements in both cases."""
    empreintes: list[str] = []
    d_origine = MD5PasswordHasher.encode

    def compter(self: MD5PasswordHasher, password: str, salt: str) -> str:
        empreintes.append(password)
        return d_origine(self, password, salt)

    scenes.compte(courriel="connu@exemple.test", password="x" * 12)
    scenes.compte(courriel="proconnect@exemple.test")
    monkeypatch.setattr(MD5PasswordHasher, "encode", compter)
    depenses = {}
    for courriel in ("connu@exemple.test", "inconnu@exemple.test", "proconnect@exemple.test"):
        empreintes.clear()
        Courriel.objects.all().delete()
        with CaptureQueriesContext(connection) as faites:
            client.post(page, {"courriel": courriel, "mot_de_passe": "faux"})
        depenses[courriel] = (len(empreintes), Courriel.objects.count(), len(faites))
    assert depenses["connu@exemple.test"] == depenses["inconnu@exemple.test"]
    assert depenses["proconnect@exemple.test"][:2] == depenses["inconnu@exemple.test"][:2]
    assert depenses["connu@exemple.test"][:2] == ((1, 0) if page == "/connexion" else (0, 1))


def test_asking_again_floods_nobody(client: Client) -> None:
    for _ in range(5):
        client.post("/inscription", {"courriel": "camille@exemple.test"})
    assert Courriel.objects.count() == 1


def test_one_caller_does_not_send_mails_to_everybody(client: Client) -> None:
    for i in range(15):
        page = client.post("/inscription", {"courriel": f"victime{i}@exemple.test"})
    assert "Trop de demandes" in texte(page)
    assert Courriel.objects.count() == 11
